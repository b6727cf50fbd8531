import type { Metadata } from 'next';
import { FlowEditView } from './view.tsx';

interface Props {
  params: Promise<{ slug: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Edit flow ${decodeURIComponent((await params).slug)}` };
}

export default async function FlowEditPage({ params }: Props) {
  return <FlowEditView slug={decodeURIComponent((await params).slug)} />;
}
