import type { Metadata } from 'next';
import { ProviderDetail } from '#components/provider/provider-detail.tsx';

interface Props {
  params: Promise<{ slug: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: (await params).slug };
}

export default async function ProviderPage({ params }: Props) {
  return <ProviderDetail slug={(await params).slug} />;
}
