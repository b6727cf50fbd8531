import type { Metadata } from 'next';
import { TargetDetail } from '#components/target/target-detail.tsx';

interface Props {
  params: Promise<{ slug: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: (await params).slug };
}

export default async function TargetPage({ params }: Props) {
  return <TargetDetail slug={(await params).slug} />;
}
