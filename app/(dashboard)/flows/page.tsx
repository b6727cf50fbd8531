import type { Metadata } from 'next';
import { FlowsView } from './view.tsx';

export const metadata: Metadata = { title: 'Flows' };

export default function FlowsPage() {
  return <FlowsView />;
}
