import type { Metadata } from 'next';
import { ClassesView } from '#components/failure/classes-view.tsx';

export const metadata: Metadata = { title: 'Failure classes' };

export default function ClassesPage() {
  return <ClassesView />;
}
