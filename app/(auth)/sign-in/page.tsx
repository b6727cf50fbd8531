import type { Metadata } from 'next';
import { Suspense } from 'react';
import { AuthFrame } from '#components/auth/auth-frame.tsx';
import { SignInForm } from '#components/auth/sign-in-form.tsx';
import { leaveWhenSignedIn } from '../../session.ts';

export const metadata: Metadata = { title: 'Sign in' };

export default async function SignInPage() {
  await leaveWhenSignedIn();
  return (
    <AuthFrame title="Sign in" sentence="The gateway serves without you; this is to watch and steer it.">
      <Suspense>
        <SignInForm />
      </Suspense>
    </AuthFrame>
  );
}
