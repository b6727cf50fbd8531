import Link from 'next/link';
import { CLASS_WORDS, classHref, type FailureClass } from './class-words.ts';

/** A class by its title, leading to where it is explained. */
export function ClassName({ name }: { name: FailureClass }) {
  const { title, what } = CLASS_WORDS[name];
  return (
    <Link className="sy-link" href={classHref(name)} title={what}>
      {title}
    </Link>
  );
}
