import type { ReactNode } from 'react';
import { DashboardFrame } from '#components/shell/dashboard-frame.tsx';
import { requirePageSession } from '../session.ts';

/** Every page in here needs a session; without one the visitor is sent to sign in. */
export default async function DashboardLayout({ children }: { children: ReactNode }) {
  await requirePageSession();
  return <DashboardFrame>{children}</DashboardFrame>;
}
