'use client';

import {
  Button,
  Chip,
  Group,
  Input,
  MultiSelect,
  NumberInput,
  SegmentedControl,
  Skeleton,
} from '@mantine/core';
import { useId } from 'react';
import type { FlowView } from '#lib/contract/api.ts';
import { errorMessage } from '../api/client.ts';
import { useFreshness } from '../live/hooks.ts';
import { Alarm } from '../ui/alarm.tsx';
import { Panel } from '../ui/panel.tsx';
import classes from './explain-panel.module.css';
import { ASK_WORDS, ASKS, downChoices, type Question, questionWords } from './explain-question.ts';
import { ExplainSteps } from './explain-steps.tsx';
import { numberOrEmpty } from './policy-fields.ts';
import type { TargetIndex } from './target-label.ts';
import { useExplanation, useQuestion } from './use-explanation.ts';

const AT_REST: Question = { stakes: null, asks: [], tokens: null, down: [] };

/** Who a request would go to now, and why not to the others; nothing is sent. */
export function ExplainPanel({ flow, targets }: { flow: FlowView; targets: TargetIndex }) {
  const [question, ask] = useQuestion();
  const explanation = useExplanation(flow, question);
  const { stale } = useFreshness();
  const changed =
    question.stakes !== null || question.asks.length + question.down.length > 0 || question.tokens !== null;
  return (
    <Panel
      title={question.down.length === 0 ? 'What would happen now' : 'What would happen then'}
      aside={
        changed ? (
          <Button size="compact-sm" variant="subtle" onClick={() => ask(AT_REST)}>
            Ask about now
          </Button>
        ) : (
          'nothing is sent'
        )
      }
    >
      <div className={classes.panel}>
        <QuestionFields flow={flow} targets={targets} question={question} ask={ask} />
        <div className={classes.answer} data-stale={stale} aria-live="polite">
          {explanation.error === null ? null : (
            <Alarm text={errorMessage(explanation.error)} onRetry={() => void explanation.refetch()} />
          )}
          {explanation.isPending ? (
            <Skeleton height={120} role="progressbar" aria-label="Reading the plan" />
          ) : null}
          {explanation.data === undefined || explanation.error !== null ? null : (
            <ExplainSteps
              explanation={explanation.data}
              about={questionWords(question)}
              flow={flow}
              targets={targets}
            />
          )}
        </div>
      </div>
    </Panel>
  );
}

interface QuestionFieldsProps {
  flow: FlowView;
  targets: TargetIndex;
  question: Question;
  ask: (part: Partial<Question>) => void;
}

function QuestionFields({ flow, targets, question, ask }: QuestionFieldsProps) {
  return (
    <search className={classes.question} aria-label="A request to ask about">
      {flow.policy.mode === 'mixed' ? <StakesField question={question} ask={ask} /> : null}
      <Chip.Group
        multiple
        value={[...question.asks]}
        onChange={(values) => ask({ asks: ASKS.filter((each) => values.includes(each)) })}
      >
        <Group gap={6}>
          {ASKS.map((each) => (
            <Chip key={each} value={each} size="xs" radius="sm">
              {ASK_WORDS[each]}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <NumberInput
        aria-label="Tokens of the prompt"
        placeholder="Prompt tokens"
        className={classes.tokens}
        min={0}
        allowDecimal={false}
        thousandSeparator=" "
        value={question.tokens ?? ''}
        onChange={(value) => {
          const tokens = numberOrEmpty(value);
          ask({ tokens: tokens === '' ? null : tokens });
        }}
      />
      <MultiSelect
        className={classes.down}
        aria-label="What if these are down"
        placeholder={question.down.length === 0 ? 'What if … is down' : ''}
        clearable
        value={[...question.down]}
        data={downChoices(flow.chain, targets)}
        onChange={(down) => ask({ down })}
      />
    </search>
  );
}

function StakesField({ question, ask }: Pick<QuestionFieldsProps, 'question' | 'ask'>) {
  const id = useId();
  return (
    <div className={classes.stakes}>
      <Input.Label id={id} labelElement="div" className={classes.label}>
        Stakes
      </Input.Label>
      <SegmentedControl
        size="xs"
        aria-labelledby={id}
        value={question.stakes ?? 'none'}
        onChange={(value) => ask({ stakes: value === 'high' || value === 'low' ? value : null })}
        data={[
          { value: 'none', label: 'Not said' },
          { value: 'low', label: 'Low' },
          { value: 'high', label: 'High' },
        ]}
      />
    </div>
  );
}
