'use client';

import Link from 'next/link';
import { useSearchParams } from 'next/navigation';
import { type ComponentProps, Suspense } from 'react';
import { withShared } from './shared-href.ts';

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
