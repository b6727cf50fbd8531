'use client';

import Link from 'next/link';
import { useSearchParams } from 'next/navigation';
import { type ComponentProps, Suspense } from 'react';

/** What every page shares in its URL; links keep it, so that a range survives going from page to page. */
const SHARED = ['range', 'from', 'to'];

type Props = Omit<ComponentProps<typeof Link>, 'href'> & { href: string };

function Inner({ href, ...rest }: Props) {
  const params = useSearchParams();
  return <Link href={withShared(href, params)} {...rest} />;
}

/** A link that keeps the page's time range. */
export function SharedLink(props: Props) {
  return (
    <Suspense fallback={<Link {...props} />}>
      <Inner {...props} />
    </Suspense>
  );
}

/** Adds the shared parameters that are set, unless the address has its own. */
export function withShared(href: string, params: { get: (name: string) => string | null }): string {
  const [path = '/', query = ''] = href.split('?');
  const merged = new URLSearchParams(query);
  for (const name of SHARED) {
    const value = params.get(name);
    if (value !== null && !merged.has(name)) merged.set(name, value);
  }
  const text = merged.toString();
  return text === '' ? path : `${path}?${text}`;
}
