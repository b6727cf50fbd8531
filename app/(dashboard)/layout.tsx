import type { ReactNode } from 'react';
import { DashboardFrame } from '#components/shell/dashboard-frame.tsx';

export default async function DashboardLayout({ children }: { children: ReactNode }) {
  return <DashboardFrame>{children}</DashboardFrame>;
}
