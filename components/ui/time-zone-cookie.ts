export const ZONE_COOKIE = 'switchyard-zone';
