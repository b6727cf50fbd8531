'use client';

import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useSearchParams } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import classes from './auth.module.css';
import { type AuthRefusal, safeReturnPath, signInRefusal } from './auth-errors.ts';
import { postJson } from './post-json.ts';
import { Refusal } from './refusal.tsx';

/** Email and password; plain fields that password managers know. */
export function SignInForm() {
  const next = safeReturnPath(useSearchParams().get('next'));
  const [pending, setPending] = useState(false);
  const [refusal, setRefusal] = useState<AuthRefusal | null>(null);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setPending(true);
    const answer = await postJson('/api/auth/sign-in/email', {
      email: String(form.get('email') ?? '').trim(),
      password: String(form.get('password') ?? ''),
    });
    if (answer.ok) return window.location.assign(next);
    setPending(false);
    setRefusal(signInRefusal(answer.status, answer.waitSeconds));
  };
  return (
    <form className={classes.form} onSubmit={(event) => void submit(event)}>
      {refusal === null ? null : <Refusal refusal={refusal} />}
      <TextInput
        label="Email"
        name="email"
        type="email"
        autoComplete="username"
        inputMode="email"
        required
        withAsterisk={false}
        size="md"
      />
      <PasswordInput
        label="Password"
        name="password"
        autoComplete="current-password"
        required
        withAsterisk={false}
        size="md"
        visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the password' }}
      />
      <Button type="submit" loading={pending} size="md">
        Sign in
      </Button>
    </form>
  );
}
