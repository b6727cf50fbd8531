import type { ReactNode } from 'react';
import classes from './page-head.module.css';

interface PageHeadProps {
  title: ReactNode;
  /** What is true in words; every page opens with it. */
  sentence: ReactNode;
  /** Beside the title: ids, labels. */
  beside?: ReactNode;
  /** At the right: what one comes to do here. */
  actions?: ReactNode;
}

/** A page's title and the sentence that it opens with. */
export function PageHead({ title, sentence, beside, actions }: PageHeadProps) {
  return (
    <header className={classes.head}>
      <div className={classes.words}>
        <div className={classes.titleLine}>
          <h1>{title}</h1>
          {beside}
        </div>
        <p className={classes.sentence}>{sentence}</p>
      </div>
      {actions === undefined ? null : <div className={classes.actions}>{actions}</div>}
    </header>
  );
}
