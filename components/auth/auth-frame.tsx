import type { ReactNode } from 'react';
import { BrandMark } from '../shell/brand-mark.tsx';
import classes from './auth.module.css';

interface AuthFrameProps {
  title: string;
  sentence: ReactNode;
  children: ReactNode;
}

/** The quiet page around sign-in and set-up. */
export function AuthFrame({ title, sentence, children }: AuthFrameProps) {
  return (
    <main className={classes.page}>
      <div className={classes.card}>
        <p className={classes.brand}>
          <BrandMark /> Switchyard
        </p>
        <h1 className={classes.title}>{title}</h1>
        <p className={classes.sentence}>{sentence}</p>
        {children}
      </div>
    </main>
  );
}
