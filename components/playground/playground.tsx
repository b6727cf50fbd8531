'use client';

import { Button, CopyButton, Input, SegmentedControl, Select, Textarea } from '@mantine/core';
import { useEffect, useId, useRef, useState } from 'react';
import type { FlowView, PlaygroundInput } from '#lib/contract/api.ts';
import { PageHead } from '../flow/page-head.tsx';
import type { TargetIndex } from '../flow/target-label.ts';
import touch from '../flow/touch.module.css';
import { useFlowSentence } from '../flow/use-flow-sentence.ts';
import { Composer } from './composer.tsx';
import { nextMessages, type Turn } from './conversation.ts';
import { curlCommand } from './curl-command.ts';
import classes from './playground.module.css';
import { TurnView } from './turn-view.tsx';
import { useConversation } from './use-conversation.ts';

interface PlaygroundProps {
  flow: FlowView;
  flows: readonly FlowView[];
  targets: TargetIndex;
  gatewayUrl: string | null;
  onFlow: (slug: string) => void;
}

type Stakes = PlaygroundInput['stakes'];

/** A conversation through a flow, with how each answer came about beside it. */
export function Playground({ flow, flows, targets, gatewayUrl, onFlow }: PlaygroundProps) {
  const [stakes, setStakes] = useState<Stakes>(null);
  const [system, setSystem] = useState('');
  const { turns, busy, send, stop, clear } = useConversation();
  const conversation = useRef<HTMLElement>(null);
  const sentence = useFlowSentence(flow, targets);
  useEffect(() => {
    if (turns.length > 0) conversation.current?.lastElementChild?.scrollIntoView({ block: 'start' });
  }, [turns.length]);
  const askAgain = ({ id, flow, stakes, question }: Turn) =>
    void send({ flow, stakes, system, text: question, inPlaceOf: id });
  const curl = () =>
    curlCommand(gatewayUrl ?? 'http://127.0.0.1:8080', flow.slug, {
      messages: nextMessages(turns.slice(0, -1), system, turns.at(-1)?.question ?? 'Hello!'),
      stakes,
      stream: true,
    });
  return (
    <div className={touch.touch}>
      <PageHead
        title="Playground"
        sentence={sentence}
        actions={<Actions curl={curl()} onClear={clear} empty={turns.length === 0} />}
      />
      <div className={classes.options}>
        <FlowSelect flow={flow} flows={flows} onFlow={onFlow} />
        <StakesSwitch flow={flow} value={stakes} onChange={setStakes} />
        <SystemPrompt value={system} onChange={setSystem} />
      </div>
      <section ref={conversation} aria-label="Conversation" className={classes.conversation}>
        {turns.length === 0 ? (
          <p className={classes.empty}>
            Nothing asked yet. Ask something, then break the primary and ask again: the answer goes on, and
            here is said who gave it.
          </p>
        ) : (
          turns.map((turn) => <TurnView key={turn.id} turn={turn} onAskAgain={askAgain} />)
        )}
      </section>
      <div className={classes.composer}>
        <Composer
          busy={busy}
          onStop={stop}
          onSend={(text) => void send({ flow: flow.slug, stakes, system, text })}
        />
      </div>
    </div>
  );
}

function Actions({ curl, onClear, empty }: { curl: string; onClear: () => void; empty: boolean }) {
  return (
    <>
      <CopyButton value={curl}>
        {({ copied, copy }) => (
          <Button variant="default" onClick={copy}>
            {copied ? 'Copied' : 'Copy as curl'}
          </Button>
        )}
      </CopyButton>
      <Button variant="default" onClick={onClear} disabled={empty}>
        New conversation
      </Button>
    </>
  );
}

function FlowSelect({ flow, flows, onFlow }: Pick<PlaygroundProps, 'flow' | 'flows' | 'onFlow'>) {
  return (
    <Select
      label="Flow"
      allowDeselect={false}
      value={flow.slug}
      data={flows.map((each) => ({ value: each.slug, label: each.name }))}
      onChange={(slug) => slug !== null && onFlow(slug)}
    />
  );
}

function SystemPrompt({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  return (
    <Textarea
      label="System prompt (optional)"
      autosize
      minRows={1}
      maxRows={4}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

interface StakesSwitchProps {
  flow: FlowView;
  value: Stakes;
  onChange: (stakes: Stakes) => void;
}

function StakesSwitch({ flow, value, onChange }: StakesSwitchProps) {
  const id = useId();
  const { mode, defaultStakes } = flow.policy;
  const ignored = mode === 'mixed' ? null : `Without effect: this flow’s mode is ${mode}.`;
  return (
    <div className={classes.stakes}>
      <Input.Label id={id} labelElement="div">
        Stakes
      </Input.Label>
      <SegmentedControl
        aria-labelledby={id}
        value={value ?? 'default'}
        onChange={(next) => onChange(next === 'low' || next === 'high' ? next : null)}
        data={[
          { value: 'default', label: mode === 'mixed' ? `Default (${defaultStakes})` : 'Default' },
          { value: 'low', label: 'Low' },
          { value: 'high', label: 'High' },
        ]}
      />
      {ignored === null ? null : <div className={classes.waiting}>{ignored}</div>}
    </div>
  );
}
