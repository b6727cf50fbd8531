import type { Metadata } from 'next';
import { RequestView } from './view.tsx';

export const metadata: Metadata = { title: 'Request' };

export default async function RequestPage({ params }: { params: Promise<{ id: string }> }) {
  return <RequestView id={decodeURIComponent((await params).id)} />;
}
