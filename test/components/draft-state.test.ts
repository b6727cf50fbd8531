import { describe, expect, test } from 'vitest';
import { ApiError } from '#components/api/client.ts';
import type { FlowContent } from '#components/flow/draft-content.ts';
import { type Edits, edited, type Kept, standingOf } from '#components/flow/editor/draft-state.ts';
import { entryIssue, issuesWithin, serverIssues } from '#components/flow/editor/server-issues.ts';
import { type PolicyInput, policySchema } from '#lib/contract/policy.ts';

const content = (own: PolicyInput = {}): FlowContent => ({
  chain: [{ target: 'gpt', enabled: true, adapter: null }],
  policy: policySchema.parse(own),
});
const live: Kept = { content: content(), draftVersion: 0, basedOn: 7 };
const draft: Kept = { content: content({ mode: 'quality' }), draftVersion: 3, basedOn: 7 };
const mine = content({ badge: { on: true } });
const edit = (kept: Kept, value = mine): Edits => edited(null, standingOf(null, kept, 7), kept, { value });

describe('the draft in one tab', () => {
  test('is what the server holds until something is changed, whatever that becomes', () => {
    expect(standingOf(null, live, 7)).toMatchObject({ value: live.content, dirty: false, clash: null });
    expect(standingOf(null, draft, 7)).toMatchObject({ value: draft.content, dirty: false, clash: null });
  });

  test('is not saved once something is changed, and is not again when it is changed back', () => {
    expect(standingOf(edit(live), live, 7)).toMatchObject({
      value: mine,
      dirty: true,
      clash: null,
      basedOn: 7,
    });
    expect(standingOf(edit(live, content()), live, 7).dirty).toBe(false);
  });

  test('keeps what was typed when somebody else saves, and says so', () => {
    expect(standingOf(edit(live), draft, 7)).toMatchObject({ value: mine, dirty: true, clash: 'saved' });
    const later: Kept = { ...draft, content: content({ mode: 'mixed' }), draftVersion: 4 };
    expect(standingOf(edit(draft), later, 7).clash).toBe('saved');
  });

  test('keeps what was typed when another version is published, or the draft is thrown away', () => {
    const published: Kept = { content: content({ mode: 'mixed' }), draftVersion: 0, basedOn: 8 };
    expect(standingOf(edit(live), published, 8)).toMatchObject({ value: mine, clash: 'saved', basedOn: 7 });
    expect(standingOf(edit(draft), live, 7)).toMatchObject({ value: mine, clash: 'saved' });
  });

  test('follows without a question where nothing of its own would be lost', () => {
    const untouched = edit(live, content());
    expect(standingOf(untouched, draft, 7)).toMatchObject({
      value: draft.content,
      dirty: false,
      clash: null,
    });
  });

  test('goes on without a question when the same was saved or published by somebody else', () => {
    const same: Kept = { content: draft.content, draftVersion: 0, basedOn: 8 };
    expect(standingOf(edit(draft), same, 8)).toMatchObject({
      value: mine,
      dirty: true,
      clash: null,
      basedOn: 8,
    });
  });

  test('that another version has overtaken has to be settled, edited or not', () => {
    expect(standingOf(null, draft, 8).clash).toBe('overtaken');
    expect(standingOf(edit(draft), draft, 8)).toMatchObject({ clash: 'overtaken', value: mine });
  });

  test('that was settled counts as made from the version in force, and has to be saved even where it says the same', () => {
    const settled: Edits = {
      start: draft.content,
      basedOn: 8,
      value: draft.content,
      text: null,
      unread: false,
    };
    expect(standingOf(settled, draft, 8)).toMatchObject({ clash: null, dirty: true, basedOn: 8 });
  });

  test('a text that cannot be read is kept, and would be lost by leaving', () => {
    const text = '{"chain": [';
    const typed = edited(null, standingOf(null, live, 7), live, { value: live.content, text, unread: true });
    expect(standingOf(typed, live, 7)).toMatchObject({ text, unread: true, dirty: true });
    expect(standingOf(typed, draft, 7)).toMatchObject({ text, clash: 'saved' });
  });

  test('editing on while a clash is open does not make theirs the beginning', () => {
    const first = edit(live);
    const more = edited(first, standingOf(first, draft, 7), draft, { value: content({ buffer: true }) });
    expect(more.start).toEqual(live.content);
    expect(standingOf(more, draft, 7).clash).toBe('saved');
  });
});

describe('what the server refuses', () => {
  const refused = (issues: { path: string; message: string }[]) =>
    new ApiError({ code: 'invalid', status: 422, message: 'All of it.', issues });

  test('is shown beside its field, in whatever notation it comes', () => {
    const { fields, rest } = serverIssues(
      refused([
        { path: 'policy.badge.text', message: 'Say something.' },
        { path: '/chain/1', message: 'No target "x".' },
        { path: 'chain.1.adapter.set', message: 'Not that.' },
      ]),
    );
    expect(rest).toBeNull();
    expect(issuesWithin(fields, 'policy')).toEqual(new Map([['badge.text', 'Say something.']]));
    expect(entryIssue(fields, 1)).toBe('No target "x". Not that.');
    expect(entryIssue(fields, 0)).toBeNull();
  });

  test('is said as it is where it belongs to no field', () => {
    expect(serverIssues(refused([{ path: 'basedOn', message: 'No version 9.' }])).rest).toBe('No version 9.');
    const silent = new ApiError({ code: 'unreachable', status: 0, message: 'No answer.' });
    expect(serverIssues(silent)).toEqual({ fields: new Map(), rest: 'No answer.' });
    expect(serverIssues(null).rest).toBeNull();
  });
});
