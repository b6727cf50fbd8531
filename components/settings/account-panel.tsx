'use client';

import { Button } from '@mantine/core';
import { useState } from 'react';
import { useStatus } from '../api/resources.ts';
import { postJson } from '../auth/post-json.ts';
import { Alarm } from '../ui/alarm.tsx';
import { Panel } from '../ui/panel.tsx';
import classes from './settings.module.css';

/** Who is signed in, and the way out. */
export function AccountPanel() {
  const user = useStatus().data?.user ?? null;
  const [pending, setPending] = useState(false);
  const [failed, setFailed] = useState(false);
  const signOut = async () => {
    setPending(true);
    const answer = await postJson('/api/auth/sign-out', {});
    if (answer.ok) return window.location.assign('/sign-in');
    setPending(false);
    setFailed(true);
  };
  return (
    <Panel title="Account" height={80}>
      <p className={classes.quiet}>
        {user === null ? 'Signed in.' : `Signed in as ${user.name}, ${user.email}.`}
      </p>
      {failed ? <Alarm text="Signing out did not work; you are still signed in. Try again." /> : null}
      <Button variant="default" loading={pending} onClick={() => void signOut()}>
        Sign out
      </Button>
    </Panel>
  );
}
