import {
  IconActivity,
  IconLayoutDashboard,
  IconMessage2,
  IconRoute,
  IconServer2,
  IconSettings,
} from '@tabler/icons-react';

export const PAGES = [
  { href: '/', label: 'Overview', key: 'o', icon: IconLayoutDashboard },
  { href: '/targets', label: 'Targets', key: 't', icon: IconServer2 },
  { href: '/flows', label: 'Flows', key: 'f', icon: IconRoute },
  { href: '/activity', label: 'Activity', key: 'a', icon: IconActivity },
  { href: '/playground', label: 'Playground', key: 'p', icon: IconMessage2 },
  { href: '/settings', label: 'Settings', key: 's', icon: IconSettings },
] as const;

/** Pages of a provider have no place of their own in the navigation: they are reached from Settings. */
const UNDER_SETTINGS = ['/add-provider', '/providers'];

export function isCurrent(href: string, pathname: string): boolean {
  if (href === '/settings' && UNDER_SETTINGS.some((path) => isCurrent(path, pathname))) return true;
  return href === '/' ? pathname === '/' : pathname === href || pathname.startsWith(`${href}/`);
}
