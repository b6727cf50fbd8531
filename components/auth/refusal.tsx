import classes from './auth.module.css';
import type { AuthRefusal } from './auth-errors.ts';

/** Why it was refused and what to do, read out at once. */
export function Refusal({ refusal }: { refusal: AuthRefusal }) {
  return (
    <div className={classes.refusal} role="alert">
      <p>
        <strong>{refusal.title}</strong>
      </p>
      <p>{refusal.advice}</p>
    </div>
  );
}
