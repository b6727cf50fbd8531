import type { Metadata } from 'next';
import { FlowView } from './view.tsx';

interface Props {
  params: Promise<{ slug: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Flow ${decodeURIComponent((await params).slug)}` };
}

export default async function FlowPage({ params }: Props) {
  return <FlowView slug={decodeURIComponent((await params).slug)} />;
}
