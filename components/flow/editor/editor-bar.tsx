'use client';

import { Button } from '@mantine/core';
import type { FlowView } from '#lib/contract/api.ts';
import type { FlowDraft } from '#lib/contract/flow-editing.ts';
import { formatActor, plural } from '../../ui/format.ts';
import { Instant } from '../../ui/instant.tsx';
import classes from './editor.module.css';
import type { Editor } from './use-editor.ts';

interface EditorBarProps {
  flow: FlowView;
  editor: Editor;
  /** As it is saved; null: there is none. */
  draft: FlowDraft | null;
  /** How many changes publishing would make. */
  changes: number;
  throwingAway: boolean;
  onSave: () => void;
  onPublish: () => void;
  onThrowAway: () => void;
}

/** Where the draft stands, and what may be done with it. Stays in sight. */
export function EditorBar({ flow, editor, draft, changes, ...on }: EditorBarProps) {
  const { standing, saving } = editor;
  const blocked = blockedBy(editor);
  const nothing = changes === 0 && !standing.unread;
  return (
    <section className={classes.bar} aria-label="The draft">
      <div className={classes.words} role="status">
        <strong>
          {nothing
            ? `No change against version ${flow.publishedVersion}`
            : `${plural(changes, 'change')} against version ${flow.publishedVersion}`}
          {standing.dirty ? ', not saved' : ''}.
        </strong>{' '}
        {standing.clash === null ? null : (
          <a className="sy-link" href="#merge">
            Two people have changed it.
          </a>
        )}{' '}
        {blocked ?? <SavedWords draft={draft} />}{' '}
        <a className={`sy-link ${classes.jump}`} href="#consequences">
          What follows
        </a>
      </div>
      <div className={classes.buttons}>
        {standing.dirty ? (
          <Button variant="subtle" onClick={editor.reset} disabled={saving}>
            Discard<span className={classes.aside}>&nbsp;changes</span>
          </Button>
        ) : draft === null ? null : (
          <Button variant="subtle" onClick={on.onThrowAway} loading={on.throwingAway}>
            Throw<span className={classes.aside}>&nbsp;the draft</span>&nbsp;away
          </Button>
        )}
        <Button
          variant="default"
          onClick={on.onSave}
          loading={saving}
          disabled={!standing.dirty || blocked !== null}
        >
          Save draft
        </Button>
        <Button onClick={on.onPublish} disabled={nothing || blocked !== null || saving}>
          Publish…
        </Button>
      </div>
    </section>
  );
}

/** Why nothing can be saved; null: it can. */
function blockedBy({ standing, check }: Editor): string | null {
  if (standing.clash !== null) return 'Choose first what is to count.';
  if (standing.unread) return 'The JSON is not valid: it says where.';
  return check.ok ? null : 'Something is not valid: it says so beside its field.';
}

function SavedWords({ draft }: { draft: FlowDraft | null }) {
  if (draft === null)
    return (
      <span className={classes.aside}>
        Nobody else sees it before it is saved, and nothing is in force before it is published.
      </span>
    );
  return (
    <>
      Draft saved by {formatActor(draft.savedBy)}, <Instant at={draft.savedAtWallMs} form="ago" />.
    </>
  );
}
