/** A refusal of sign-in or set-up, as the form shows it. */
export interface AuthRefusal {
  title: string;
  /** What to do now. */
  advice: string;
}

/** Seconds until another try is worth it; null when the answer did not say. */
export function retryAfterSeconds(headers: Headers, nowMs: number): number | null {
  const raw = headers.get('x-retry-after') ?? headers.get('retry-after');
  if (raw === null) return null;
  const seconds = Number(raw);
  if (Number.isFinite(seconds)) return Math.max(1, Math.ceil(seconds));
  const at = Date.parse(raw);
  return Number.isNaN(at) ? null : Math.max(1, Math.ceil((at - nowMs) / 1000));
}

export function signInRefusal(status: number, waitSeconds: number | null): AuthRefusal {
  if (status === 429) {
    const when = waitSeconds === null ? 'in a few minutes' : `in ${waitWords(waitSeconds)}`;
    return { title: 'Too many attempts.', advice: `Try again ${when}. Nobody is locked out for longer.` };
  }
  if (status === 401 || status === 403 || status === 400 || status === 422) {
    return { title: 'The email or the password is not right.', advice: 'Check both and try again.' };
  }
  return unreachable(status);
}

export function setupRefusal(
  status: number,
  message: string | null,
  waitSeconds: number | null,
): AuthRefusal {
  if (status === 429) return signInRefusal(status, waitSeconds);
  if (status === 401 || status === 403 || status === 404 || status === 409) {
    return {
      title: message ?? 'This set-up link has been used already or is not valid.',
      advice: 'If an administrator exists, sign in. If not, restart Switchyard: it prints a new link.',
    };
  }
  if (status === 400 || status === 422) {
    return { title: message ?? 'Something in the form is not valid.', advice: 'Correct it and try again.' };
  }
  return unreachable(status);
}

function unreachable(status: number): AuthRefusal {
  return status === 0
    ? {
        title: 'Switchyard does not answer.',
        advice: 'Is it running? This page keeps what you typed; try again.',
      }
    : {
        title: `Switchyard could not do this (${status}).`,
        advice: 'Try again; if it stays, look at its log.',
      };
}

function waitWords(seconds: number): string {
  if (seconds < 90) return `${seconds} s`;
  return `${Math.ceil(seconds / 60)} minutes`;
}

/** A path to return to after signing in; anything that is not a path of this site becomes the overview. */
export function safeReturnPath(raw: string | null): string {
  if (raw === null || !/^\/[^/\\]/.test(raw)) return '/';
  return raw;
}
