import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { runtime } from '#lib/runtime/accessor.ts';

export interface PageUser {
  email: string;
  name: string;
}

/** For layouts of pages that need a person: who is signed in; otherwise leads to the sign-in page, or to set-up while nobody exists. */
export async function requirePageSession(): Promise<PageUser> {
  const user = await runtime().session(await headers());
  if (user !== null) return { email: user.email, name: user.name };
  redirect((await runtime().needsSetup()) ? '/setup' : '/sign-in');
}

/** For the sign-in page: someone who is signed in has nothing to do there, and while nobody exists set-up comes first. */
export async function leaveWhenSignedIn(): Promise<void> {
  if ((await runtime().session(await headers())) !== null) redirect('/');
  if (await runtime().needsSetup()) redirect('/setup');
}

/** For the set-up page: once somebody exists it is over. */
export async function leaveWhenSetUp(): Promise<void> {
  if (!(await runtime().needsSetup())) redirect('/sign-in');
}
