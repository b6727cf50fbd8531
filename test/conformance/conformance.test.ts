import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('main.ts', import.meta.url));
/** Replies that real vendors sent; kept beside the repository, not in it. */
const captured = fileURLToPath(new URL('../../../shared/fixtures', import.meta.url));
if (!existsSync(captured)) console.warn(`SKIPPED: no captured replies at ${captured}`);

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'switchyard-conformance-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    encoding: 'utf8',
    env: { ...process.env, INIT_CWD: undefined },
  });
  return { status, out: stdout + stderr };
}

function put(entries: { file: string; text: string; index: object }[]): void {
  for (const { file, text } of entries) writeFileSync(join(folder, file), text);
  const index = entries.map(({ file, index: more }) => ({
    file,
    provider: 'openai',
    grade: 'A',
    stream: false,
    ...more,
  }));
  writeFileSync(join(folder, 'index.json'), JSON.stringify(index));
}

const badKey = JSON.stringify({
  error: {
    message: 'Incorrect API key provided',
    type: 'invalid_request_error',
    param: null,
    code: 'invalid_api_key',
  },
});
const envelope = (body: string, url: string, status = 200) =>
  JSON.stringify({ request: { url }, response: { status, headers: {}, body_encoding: 'utf8', body } });
const chunk = (delta: object, finish: string | null) =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;

describe('npm run conformance', () => {
  it('ends with 0 where class, fail-over and fault agree', () => {
    put([
      {
        file: 'body-bad-key.json',
        text: badKey,
        index: { status: 401, expect: { cls: 'auth', failover: true, user_error: false } },
      },
      {
        file: 'whole-stream.json',
        text: envelope(
          `${chunk({ content: 'hi' }, null)}${chunk({}, 'stop')}`,
          'https://x/v1/chat/completions',
        ),
        index: { status: 200, stream: true, expect: { cls: 'success' } },
      },
    ]);
    const { status, out } = run(folder);
    expect(out).toContain('2 of 2 agree');
    expect(status).toBe(0);
  });

  it('ends with 1 and names what differs', () => {
    put([
      {
        file: 'body-bad-key.json',
        text: badKey,
        index: { status: 401, expect: { cls: 'rate_limited', failover: true, user_error: false } },
      },
      {
        file: 'cut-stream.json',
        text: envelope(chunk({ content: 'hi' }, null), 'https://x/v1/chat/completions'),
        index: { status: 200, stream: true, expect: { cls: 'success' } },
      },
    ]);
    const { status, out } = run(folder);
    expect(out).toContain('class auth, expected rate_limited');
    expect(out).toContain('class protocol_violation, expected success');
    expect(status).toBe(1);
  });

  it('takes an answer for what its vendor speaks, and leaves open what its index leaves open', () => {
    const error = { error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' } };
    put([
      {
        file: 'error.chunks.txt',
        text: JSON.stringify(error),
        index: {
          provider: 'gemini',
          status: 200,
          stream: true,
          expect: { cls: 'overloaded', failover: true },
        },
      },
      {
        file: 'body-large.json',
        text: JSON.stringify({ error: { message: 'Too large', type: 'request_too_large' } }),
        index: {
          status: 413,
          expect: { cls: 'payload_too_large', failover: 'maybe (limits differ)', user_error: 'mostly' },
        },
      },
    ]);
    const { status, out } = run(folder);
    expect(out).toContain('2 of 2 agree');
    expect(status).toBe(0);
  });

  it('shows a weak recording that differs, and does not fail for it', () => {
    put([
      {
        file: 'body-bad-key.json',
        text: badKey,
        index: { status: 401, grade: 'D', expect: { cls: 'rate_limited' } },
      },
    ]);
    const { status, out } = run(folder);
    expect(out).toContain('1 differ (0 of grade A or B)');
    expect(status).toBe(0);
  });

  it.each([
    ['no folder', [], 'Usage: npm run conformance -- DIR'],
    ['a folder that is not there', ['/nowhere/at/all'], 'There is no folder /nowhere/at/all'],
  ])('says what to do when given %s', (_what, args, words) => {
    const { status, out } = run(...args);
    expect(out).toContain(words);
    expect(status).toBe(2);
  });

  it('says what is wrong with an index', () => {
    writeFileSync(join(folder, 'index.json'), '[{"file":"a.json"}]');
    expect(run(folder)).toMatchObject({ status: 2, out: expect.stringContaining('entry 0 needs') });
  });

  it.skipIf(!existsSync(captured))('agrees with every captured reply of grade A and B', () => {
    const { status, out } = run(captured);
    expect(out).toContain('0 of grade A or B');
    expect(status).toBe(0);
  });
});
