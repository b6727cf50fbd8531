import {
  IconAlertOctagon,
  IconCircle,
  IconCircleArrowRight,
  IconCircleDashed,
  IconClockHour4,
} from '@tabler/icons-react';
import type { FlowView } from '#lib/contract/api.ts';
import type { ExplainStep, Explanation } from '#lib/contract/explain.ts';
import { SharedLink } from '../shell/shared-link.tsx';
import classes from './explain-panel.module.css';
import { roleWords, stepRole, verdictWords } from './explain-words.ts';
import { type TargetIndex, targetLabel } from './target-label.ts';

interface ExplainStepsProps {
  explanation: Explanation;
  /** "an ordinary request, if provider openai is down" */
  about: string;
  flow: FlowView;
  targets: TargetIndex;
}

/** The plan as a sentence, then the chain in its order with what becomes of each target and why. */
export function ExplainSteps({ explanation, about, targets }: ExplainStepsProps) {
  return (
    <>
      <p className={classes.sentence}>
        <span className={classes.about}>For {about}:</span> {explanation.answer}
      </p>
      <ol className={classes.steps} aria-label="The chain for this request, in order">
        {explanation.steps.map((step) => (
          <li key={step.target} className={classes.step} data-verdict={step.verdict}>
            <Mark step={step} />
            <span className={classes.who}>
              <SharedLink className="sy-link" href={`/targets/${encodeURIComponent(step.target)}`}>
                {targetLabel(targets, step.target)}
              </SharedLink>{' '}
              <span className={classes.role}>{roleWords(step, explanation)}</span>
            </span>
            <span className={classes.verdict}>{verdictWords(step, explanation)}</span>
            {step.text === '' ? null : <span className={classes.text}>{step.text}</span>}
          </li>
        ))}
      </ol>
    </>
  );
}

function Mark({ step }: { step: ExplainStep }) {
  const role = stepRole(step);
  const Icon =
    step.verdict === 'chosen'
      ? IconCircleArrowRight
      : step.verdict === 'standby'
        ? IconCircle
        : role === 'open'
          ? IconAlertOctagon
          : role === 'probe'
            ? IconClockHour4
            : IconCircleDashed;
  return (
    <span className={classes.mark} data-role={role}>
      <Icon size={18} stroke={1.75} aria-hidden />
    </span>
  );
}
