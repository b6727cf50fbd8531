'use client';

import { Button, PasswordInput, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { PASSWORD_MIN, setupInputSchema } from '#lib/contract/operations-system.ts';
import classes from './auth.module.css';
import { type AuthRefusal, setupRefusal } from './auth-errors.ts';
import { postJson } from './post-json.ts';
import { Refusal } from './refusal.tsx';

type Issues = ReadonlyMap<string, string>;
const NO_ISSUES: Issues = new Map();

/** Creates the first administrator with the one-time token of the link. */
export function SetupForm({ token }: { token: string }) {
  const [pending, setPending] = useState(false);
  const [refusal, setRefusal] = useState<AuthRefusal | null>(null);
  const [issues, setIssues] = useState<Issues>(NO_ISSUES);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? '');
    const input = { token, name: text('name'), email: text('email').trim(), password: text('password') };
    const check = setupInputSchema.safeParse(input);
    setRefusal(null);
    if (!check.success) {
      return setIssues(new Map(check.error.issues.map((issue) => [issue.path.join('.'), issue.message])));
    }
    setPending(true);
    const answer = await postJson('/api/setup', check.data);
    if (answer.ok) return window.location.assign('/');
    setPending(false);
    setIssues(answer.issues);
    if (answer.issues.size === 0) setRefusal(setupRefusal(answer.status, answer.message, answer.waitSeconds));
  };
  return (
    <form className={classes.form} onSubmit={(event) => void submit(event)} noValidate>
      {refusal === null ? null : <Refusal refusal={refusal} />}
      <TextInput label="Name" name="name" autoComplete="name" size="md" error={issues.get('name')} />
      <TextInput
        label="Email"
        name="email"
        type="email"
        autoComplete="username"
        inputMode="email"
        size="md"
        error={issues.get('email')}
      />
      <PasswordInput
        label="Password"
        description={`At least ${PASSWORD_MIN} characters. A sentence is a good one.`}
        name="password"
        autoComplete="new-password"
        size="md"
        error={issues.get('password')}
        visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the password' }}
      />
      <Button type="submit" loading={pending} size="md">
        Create the administrator
      </Button>
    </form>
  );
}
