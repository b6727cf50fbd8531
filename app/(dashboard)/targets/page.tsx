import type { Metadata } from 'next';
import { TargetList } from '#components/target/target-list.tsx';

export const metadata: Metadata = { title: 'Targets' };

export default function TargetsPage() {
  return <TargetList />;
}
