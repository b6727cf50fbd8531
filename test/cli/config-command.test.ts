import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { runConfig } from '#lib/cli/config-commands.ts';
import type { ConfigInput } from '#lib/contract/config.ts';
import { call } from '../api/call.ts';
import { ADMIN_TOKEN, type ControlUnderTest, startControl } from '../api/control-under-test.ts';
import { EVERY_FIELD_KEYS, everyField } from '../support/every-field.ts';
import { type ServedControl, serveControl } from './served-control.ts';

let control: ControlUnderTest;
let served: ServedControl;
let folder: string;
let file: string;

beforeAll(async () => {
  control = await startControl({ SWITCHYARD_DEMO: 'off' });
  served = await serveControl();
  folder = await mkdtemp(join(tmpdir(), 'switchyard-cli-'));
  file = join(folder, 'switchyard.yaml');
});
afterAll(async () => {
  await served.close();
  await control.stop();
  await rm(folder, { recursive: true });
});

interface Ran {
  code: number;
  out: string;
  err: string;
  asked: string[];
}

/** Runs the command as its process would; `answer` is what whoever sits there says, without it nobody does. */
async function run(
  args: readonly string[],
  given: { answer?: string; stdin?: string; env?: Record<string, string> } = {},
): Promise<Ran> {
  const ran: Ran = { code: -1, out: '', err: '', asked: [] };
  const { answer } = given;
  ran.code = await runConfig(args, {
    env: { SWITCHYARD_URL: served.url, SWITCHYARD_ADMIN_TOKEN: ADMIN_TOKEN, ...given.env },
    out: (text) => {
      ran.out += text;
    },
    err: (text) => {
      ran.err += text;
    },
    stdin: async () => given.stdin ?? '',
    ask:
      answer === undefined
        ? null
        : async (question) => {
            ran.asked.push(question);
            return answer;
          },
  });
  return ran;
}

/** The sample with a part changed. */
function edited(edit: (config: Required<ConfigInput>) => void): string {
  const config = everyField();
  edit(config as Required<ConfigInput>);
  return stringify(config);
}

const quality = () =>
  edited((config) => {
    const [flow] = config.flows;
    if (flow?.policy !== undefined) flow.policy.mode = 'quality';
  });
const running = async () => (await call('/api/v1/config')).json();
const lastAudit = async () => (await (await call('/api/v1/audit?limit=1')).json()).items[0];

beforeEach(async () => {
  await call('/api/v1/config', { method: 'PUT', body: everyField() });
  await writeFile(file, stringify(everyField()));
});

describe('export', () => {
  it('prints what is running as YAML, or as JSON, and never a key', async () => {
    const yaml = await run(['export']);
    expect(yaml).toMatchObject({ code: 0, err: '' });
    expect(parse(yaml.out)).toEqual(await running());
    const json = await run(['export', '--json']);
    expect(JSON.parse(json.out)).toEqual(await running());
    for (const key of EVERY_FIELD_KEYS) expect(yaml.out + json.out).not.toContain(key);
  });

  it('writes a file that differs from nothing', async () => {
    const out = join(folder, 'exported.yaml');
    expect(await run(['export', '--out', out])).toMatchObject({ code: 0, out: '' });
    expect(parse(await readFile(out, 'utf8'))).toEqual(await running());
    expect(await run(['diff', out])).toMatchObject({ code: 0, err: '' });
    const nowhere = join(folder, 'no', 'such', 'folder.yaml');
    expect((await run(['export', '-o', nowhere])).err).toContain('cannot be written (ENOENT)');
  });
});

describe('diff', () => {
  it('exits with 0 where there is none, keys in clear included', async () => {
    const same = await run(['diff', file]);
    expect(same.code).toBe(0);
    expect(same.out).toBe(`No difference: ${file} is what is running at ${served.url}.\n`);
  });

  it('exits with 1 and shows path, before and after of each', async () => {
    const changed = edited((config) => {
      config.settings = { breaker: { ...config.settings.breaker, openSeconds: 9 } };
      config.targets.pop();
      config.flows = [{ slug: 'new', name: 'New', chain: ['gpt-us'] }];
    });
    const found = await run(['diff', '-'], { stdin: changed });
    expect(found.code).toBe(1);
    expect(found.out).toContain(`4 differences: what standard input would change at ${served.url}`);
    expect(found.out).toContain('~ /settings/breaker/openSeconds\n    before 7\n    after  9\n');
    expect(found.out).toContain('- /targets/claude\n    before\n      slug: claude\n');
    expect(found.out).toContain('+ /flows/new\n    after\n      slug: new\n');
    const json = await run(['diff', '-', '--json'], { stdin: changed });
    expect(json.code).toBe(1);
    expect(JSON.parse(json.out).changes).toHaveLength(4);
  });

  it('says that a key is another one without showing either', async () => {
    const changed = stringify(everyField()).replace(EVERY_FIELD_KEYS[0] ?? '', 'sk-another-secret');
    const found = await run(['diff', '-'], { stdin: changed });
    expect(found.code).toBe(1);
    expect(found.out).toContain('~ /providers/azure/credential\n    another key (never shown)\n');
    expect(found.out).not.toContain('sk-');
  });

  it('changes nothing', async () => {
    const before = await running();
    await run(['diff', '-'], { stdin: quality() });
    expect(await running()).toEqual(before);
  });
});

describe('apply', () => {
  it('shows the differences, asks, and puts them in force', async () => {
    await writeFile(file, quality());
    const done = await run(['apply', file], { answer: 'y' });
    expect(done).toMatchObject({ code: 0, err: '', asked: ['Put 1 difference in force? [y/N] '] });
    expect(done.out).toContain('~ /flows/support-chat/policy/mode\n    before mixed\n    after  quality\n');
    expect(done.out).toContain('In force now: 1 difference.');
    expect((await running()).flows[0].policy.mode).toBe('quality');
    expect(await run(['apply', file], { answer: 'n' })).toMatchObject({ code: 0, asked: [] });
  });

  it.each(['', 'n', 'maybe'])('changes nothing when the answer is "%s"', async (answer) => {
    await writeFile(file, quality());
    const declined = await run(['apply', file], { answer });
    expect(declined.code).toBe(1);
    expect(declined.out).toContain('Nothing was changed.');
    expect((await running()).flows[0].policy.mode).toBe('mixed');
  });

  it('asks nobody with --yes, and without it refuses where nobody can be asked', async () => {
    await writeFile(file, quality());
    const alone = await run(['apply', file]);
    expect(alone.code).toBe(2);
    expect(alone.err).toContain('say --yes');
    expect((await running()).flows[0].policy.mode).toBe('mixed');
    expect(await run(['apply', file, '--yes'])).toMatchObject({ code: 0, asked: [] });
    expect((await running()).flows[0].policy.mode).toBe('quality');
  });

  it('puts the reason into the audit and into the history of the flows that change', async () => {
    await writeFile(file, quality());
    await run(['apply', file, '--yes', '--reason', 'Answers of backups were not good enough']);
    expect(await lastAudit()).toMatchObject({
      action: 'config.replace',
      by: 'token',
      reason: 'Answers of backups were not good enough',
    });
    const { items } = await (await call('/api/v1/flows/support-chat/versions?limit=1')).json();
    expect(items[0].reason).toBe('Answers of backups were not good enough');
    await writeFile(file, stringify(everyField()));
    const short = await run(['apply', file, '--yes', '--reason', 'why']);
    expect(short.code).toBe(2);
    expect(short.err).toContain('--reason: Write at least 10 characters');
  });

  it('loses no edit that was made between what it showed and what it does', async () => {
    await writeFile(file, quality());
    const edit = async () => {
      const { headers } = await call('/api/v1/settings');
      const body = { breaker: { ...everyField().settings?.breaker, minimumCalls: 33 } };
      const options = { method: 'PATCH', body, headers: { 'if-match': headers.get('etag') ?? '' } };
      expect((await call('/api/v1/settings', options)).status).toBe(200);
    };
    // The first PUT only compares.
    served.before('PUT', async () => served.before('PUT', edit));
    const late = await run(['apply', file, '--yes']);
    expect(late.code).toBe(2);
    expect(late.err).toContain('was changed by somebody else meanwhile, so nothing was applied');
    expect(await running()).toMatchObject({
      settings: { breaker: { minimumCalls: 33 } },
      flows: [{ policy: { mode: 'mixed' } }],
    });
    expect((await run(['apply', file, '--yes'])).out).toContain('2 differences');
  });
});

describe('a file that cannot be used', () => {
  it('is refused with the line and the path of every fault, and nothing is changed', async () => {
    const before = await running();
    const text = quality()
      .replace('target: gpt-us', 'target: gpt-moon')
      .replace('mode: quality', 'mode: quality\n      tone: kind')
      .replace('openSeconds: 7', 'openSeconds: soon');
    await writeFile(file, text);
    const refused = await run(['apply', file, '--yes']);
    expect(refused).toMatchObject({ code: 2, out: '' });
    const lineOf = (part: string) => text.split('\n').findIndex((line) => line.includes(part)) + 1;
    expect(refused.err).toContain(`${file} is refused, and nothing was changed. It has 3 faults:\n`);
    expect(refused.err).toContain(`  line ${lineOf('openSeconds: soon')}, settings.breaker.openSeconds: `);
    expect(refused.err).toContain(`  line ${lineOf('tone: kind')}, flows.0.policy: Not known here: tone.`);
    expect(refused.err).toMatch(
      new RegExp(`line ${lineOf('target: gpt-moon')}, flows.0.chain.1: No target "gpt-moon"`),
    );
    expect(await running()).toEqual(before);
  });

  it('says so when a key is to be kept that is not stored', async () => {
    const kept = edited((config) => {
      const [, anthropic] = config.providers;
      if (anthropic !== undefined) anthropic.credential = { stored: true };
    });
    const refused = await run(['diff', '-'], { stdin: kept });
    expect(refused.code).toBe(2);
    expect(refused.err).toContain('providers.1.credential: There is no stored credential to keep');
  });

  it.each<[string, string, string]>([
    ['is no YAML', 'flows:\n  - [sk-secret', 'standard input is neither YAML nor JSON: '],
    ['is empty', '# nothing\n', 'standard input is empty.'],
    ['has an alias without an anchor', 'flows: *sk-secret', 'standard input '],
    ['has text behind a block', 'k: |sk-secret\n  x', 'extra characters at line 1, column 5.'],
    ['is nested without end', '['.repeat(20_000), 'It is nested too deep at line 1, column'],
    ['has a tag that means nothing', 'k: !sk-secret!x 1', '(TAG_RESOLVE_FAILED) at line 1, column 4.'],
  ])('says what is wrong when it %s, without quoting it', async (_what, stdin, expected) => {
    const refused = await run(['diff', '-'], { stdin });
    expect(refused.code).toBe(2);
    expect(refused.err).toContain(expected);
    expect(refused.err).not.toContain('sk-secret');
    expect(refused.err.split('\n')).toHaveLength(2);
  });

  it('says so when it is not there', async () => {
    expect((await run(['diff', join(folder, 'none.yaml')])).err).toContain('There is no file');
    expect((await run(['diff', folder])).err).toContain('is a folder');
  });
});

describe('a server that cannot be used', () => {
  it('says so when nobody answers there', async () => {
    const dead = await run(['diff', file], { env: { SWITCHYARD_URL: 'http://127.0.0.1:9' } });
    expect(dead.code).toBe(2);
    expect(dead.err).toMatch(/^switchyard-config: No server answers at http:\/\/127\.0\.0\.1:9 \(.+\)\. Is/);
  });

  it('says so when the token is wrong, or not there', async () => {
    const wrong = await run(['export'], { env: { SWITCHYARD_ADMIN_TOKEN: 'not-the-token' } });
    expect(wrong).toMatchObject({ code: 2, out: '' });
    expect(wrong.err).toContain('does not accept the token in SWITCHYARD_ADMIN_TOKEN');
    expect(wrong.err).not.toContain('not-the-token');
    const none = await run(['export'], { env: { SWITCHYARD_ADMIN_TOKEN: '' } });
    expect(none.err).toContain('SWITCHYARD_ADMIN_TOKEN is not set');
  });

  it('never repeats a token that cannot be one, nor a password in the address', async () => {
    for (const token of ['sk-secret\nsecond line', 'sk-secret…', 'sk secret']) {
      const refused = await run(['export'], { env: { SWITCHYARD_ADMIN_TOKEN: token } });
      expect(refused).toMatchObject({ code: 2, out: '' });
      expect(refused.err).toContain('SWITCHYARD_ADMIN_TOKEN holds');
      expect(refused.err).not.toContain('secret');
    }
    const url = served.url.replace('://', '://ana:sk-secret@');
    const refused = await run(['export', '--url', url]);
    expect(refused.err).toContain('holds a user name or a password');
    expect(refused.err).not.toContain('secret');
    expect((await run(['export', '--url', `${served.url}/?a=b`])).err).toContain('is no address');
  });

  it('says so when it breaks off, or answers with something else, and leaves the file as it was', async () => {
    const other = createServer((request, response) => {
      const headers = { 'content-type': 'application/json', etag: '"3"' };
      if (request.url?.startsWith('/broken') === true) {
        response.writeHead(200, { ...headers, 'content-length': 1000 });
        response.write('{', () => response.destroy());
      } else response.writeHead(200, headers).end('{"hello":"world"}');
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    const broken = await run(['export', '--url', `${url}/broken`]);
    expect(broken).toMatchObject({ code: 2, out: '' });
    expect(broken.err).toContain('broke off in the middle of its answer');
    for (const format of [['--json'], []]) {
      const wrong = await run(['export', ...format, '--url', url, '--out', file]);
      expect(wrong.err).toContain('but not as Switchyard does');
    }
    expect(await readFile(file, 'utf8')).toBe(stringify(everyField()));
    other.close();
  });

  it('says so when the address is none, or somebody else answers there', async () => {
    expect((await run(['export', '--url', 'localhost:3000'])).err).toContain(
      '"localhost:3000" is no address',
    );
    const other = createServer((request, response) => {
      if (request.url?.startsWith('/moved') === true)
        response.writeHead(308, { location: 'https://elsewhere.example/' });
      else response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{"error":{"message":"no"}}');
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    expect((await run(['diff', file, '--url', url])).err).toContain('but not as Switchyard does');
    expect((await run(['diff', file, '--url', `${url}/moved`])).err).toContain(
      'sends callers on to https://elsewhere.example/',
    );
    other.close();
  });
});

describe('the arguments', () => {
  it.each<[string[], string]>([
    [[], 'Say what to do'],
    [['import'], 'There is no command "import"'],
    [['diff'], 'Say which file: diff FILE.'],
    [['diff', 'a', 'b'], 'what is "b" for?'],
    [['export', 'a.yaml'], '--out a.yaml'],
    [['diff', 'a', '--yes'], 'diff takes no --yes'],
    [['apply', 'a', '--force'], '--force'],
  ])('%j are refused in words', async (args, expected) => {
    const refused = await run(args);
    expect(refused).toMatchObject({ code: 2, out: '' });
    expect(refused.err).toContain(expected);
  });

  it('are explained by --help', async () => {
    const help = await run(['--help']);
    expect(help).toMatchObject({ code: 0, err: '' });
    for (const command of ['export', 'diff FILE', 'apply FILE']) expect(help.out).toContain(command);
  });
});
