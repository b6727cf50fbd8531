import { route } from '../handle.ts';

export const dynamic = 'force-dynamic';

export const GET = route('health.get', ({ runtime }) =>
  Response.json({ status: 'ok', gateway: runtime.gatewayUp() ? 'up' : 'down' }),
);
