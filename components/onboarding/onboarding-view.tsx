'use client';

import { Button, Chip, Group } from '@mantine/core';
import { parseAsString, useQueryState } from 'nuqs';
import { errorMessage } from '../api/client.ts';
import { PageHead } from '../flow/page-head.tsx';
import touch from '../flow/touch.module.css';
import { useDirtyGuard } from '../flow/use-dirty-guard.ts';
import { SharedLink } from '../shell/shared-link.tsx';
import { Alarm } from '../ui/alarm.tsx';
import { formatLatency, plural } from '../ui/format.ts';
import { Panel } from '../ui/panel.tsx';
import { AccountFields } from './account-fields.tsx';
import { DoneView } from './done-view.tsx';
import { FlowPlan } from './flow-plan.tsx';
import { ModelChoice } from './model-choice.tsx';
import classes from './onboarding.module.css';
import { TestOutcome } from './test-outcome.tsx';
import { TestStep } from './test-step.tsx';
import { type Onboarder, useOnboarding } from './use-onboarding.ts';
import { VENDORS, vendorOf } from './vendors.ts';

/** From an account at a vendor to a flow that answers: one page, nothing stored before its last button. */
export function OnboardingView() {
  const [chosen, choose] = useQueryState('vendor', parseAsString);
  const own = useOnboarding(vendorOf(chosen));
  const { draft, create } = own;
  useDirtyGuard(create.data === undefined && (draft.credential.apiKey !== '' || draft.models.length > 0));
  if (create.data !== undefined) return <DoneView made={create.data} />;
  return (
    <div className={touch.touch}>
      <PageHead
        title="Add a provider"
        sentence="An account at a vendor, the models to call there, and a flow that applications can use. Nothing is stored before the last button."
        actions={
          <SharedLink className="sy-link" href="/settings">
            All providers
          </SharedLink>
        }
      />
      <div className={classes.page}>
        <Panel title="1. Vendor">
          <Chip.Group
            multiple={false}
            value={draft.vendor.id}
            onChange={(id) => {
              own.changeVendor(vendorOf(id));
              void choose(id);
            }}
          >
            <Group gap={6} role="radiogroup" aria-label="Vendor">
              {VENDORS.map(({ id, label }) => (
                <Chip key={id} value={id} radius="sm" size="sm" variant="outline">
                  {label}
                </Chip>
              ))}
            </Group>
          </Chip.Group>
        </Panel>
        <Panel title={`2. Account at ${draft.vendor.label}`}>
          <div className={classes.fields}>
            <AccountFields own={own} />
            <TestStep own={own} />
          </div>
        </Panel>
        {own.open ? <Rest own={own} /> : null}
      </div>
    </div>
  );
}

/** What comes once the account is good: its models, the flow over them, and the button that makes it all. */
function Rest({ own }: { own: Onboarder }) {
  const { draft, test, create, planned } = own;
  return (
    <>
      <Panel title="3. Models">
        <div className={classes.fields}>
          <ModelChoice
            listed={test.data?.models ?? []}
            chosen={draft.models}
            suggestions={draft.vendor.suggestions}
            onChange={own.changeModels}
          />
          <TargetFaults own={own} />
          <AskFirst own={own} />
        </div>
      </Panel>
      {draft.models.length === 0 ? null : (
        <Panel title="4. Flow">
          <div className={classes.fields}>
            <FlowPlan own={own} />
          </div>
        </Panel>
      )}
      {create.error === null ? null : <Alarm text={errorMessage(create.error)} />}
      <Group gap={8} className={classes.finish}>
        <Button loading={create.isPending} onClick={own.save}>
          {planned.length === 0
            ? 'Add the provider alone'
            : `Add the provider${draft.flow.make ? ', ' : ' and '}${plural(planned.length, 'target')}${draft.flow.make ? ' and the flow' : ''}`}
        </Button>
        <span className={classes.quiet}>All of it, or nothing.</span>
      </Group>
    </>
  );
}

/** What is wrong with a target that the form made up: its name, mostly. */
function TargetFaults({ own }: { own: Onboarder }) {
  const faults = own.planned.flatMap(({ slug }, at) => {
    const message = own.problem(`targets.${at}`) ?? own.problem(`targets.${at}.slug`);
    return message === null ? [] : [`${slug}: ${message}`];
  });
  return faults.length === 0 ? null : <Alarm text={faults.join(' ')} />;
}

/** Listing models shows that the key is good; only a question shows that the account may use one. */
function AskFirst({ own }: { own: Onboarder }) {
  const [first] = own.draft.models;
  const { ask } = own;
  if (first === undefined) return null;
  const good = ask.data?.ok === true ? `It answered in ${formatLatency(ask.data.latencyMs)}.` : null;
  return (
    <>
      <Group gap={8}>
        <Button variant="default" loading={ask.isPending} onClick={() => own.runAsk(first)}>
          Ask it a tiny question
        </Button>
        <span className={classes.quiet}>Shows whether the account may call {first.id}, and has credit.</span>
      </Group>
      <TestOutcome good={good} failure={ask.data?.failure} error={ask.error} />
    </>
  );
}
