import type { Metadata } from 'next';
import { OnboardingView } from '#components/onboarding/onboarding-view.tsx';

export const metadata: Metadata = { title: 'Add a provider' };

export default function AddProviderPage() {
  return <OnboardingView />;
}
