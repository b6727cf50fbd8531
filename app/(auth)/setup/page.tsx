import type { Metadata } from 'next';
import { AuthFrame } from '#components/auth/auth-frame.tsx';
import { SetupForm } from '#components/auth/setup-form.tsx';
import { leaveWhenSetUp } from '../../session.ts';

export const metadata: Metadata = { title: 'Set up', referrer: 'no-referrer' };

interface Props {
  searchParams: Promise<{ token?: string | string[] }>;
}

export default async function SetupPage({ searchParams }: Props) {
  await leaveWhenSetUp();
  const { token } = await searchParams;
  if (typeof token !== 'string' || token === '') {
    return (
      <AuthFrame
        title="Open the link from the terminal"
        sentence="Nobody has an account yet. When Switchyard starts, it prints a one-time link to this page; open that one. If it is gone, restart Switchyard and it prints a new one."
      >
        <span />
      </AuthFrame>
    );
  }
  return (
    <AuthFrame
      title="Set up Switchyard"
      sentence="You become its administrator. This link works once; afterwards you sign in with email and password."
    >
      <SetupForm token={token} />
    </AuthFrame>
  );
}
