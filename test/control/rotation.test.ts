import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rotateSchema } from '#lib/contract/onboarding.ts';
import { exportConfig } from '#lib/control/config/export.ts';
import { replaceConfig } from '#lib/control/config/replace.ts';
import { endOverlap } from '#lib/control/provider/end-overlap.ts';
import { expireOverlaps } from '#lib/control/provider/expire-overlaps.ts';
import { getProvider } from '#lib/control/provider/get.ts';
import { rotateCredential } from '#lib/control/provider/rotate.ts';
import { updateProvider } from '#lib/control/provider/update.ts';
import { ANTHROPIC_KEY, openExample, PASSED, present, refusalOf, type Workspace } from './workspace.ts';

let workspace: Workspace;
beforeEach(async () => {
  workspace = await openExample();
});
afterEach(() => workspace.close());

const NEW_KEY = 'sk-ant-the-next-0123456789';
const REFUSED = {
  ...PASSED,
  ok: false,
  failure: {
    class: 'auth' as const,
    status: 401,
    code: null,
    message: 'invalid x-api-key',
    retryAfterMs: null,
  },
};

const providerNow = (slug = 'anthropic') => getProvider({ ctx: workspace.ctx, input: { slug } });

async function rotate(input: object, slug = 'anthropic') {
  const { version } = await providerNow(slug);
  return rotateCredential({
    ctx: workspace.ctx,
    input: {
      slug,
      expectedVersion: version,
      ...rotateSchema.parse({ credential: { apiKey: NEW_KEY }, ...input }),
    },
  });
}

/** What the gateway was told last of an endpoint. */
function told(endpointId = 'anthropic.global') {
  const providers = workspace.published.at(-1)?.providers ?? [];
  const endpoint = providers.flatMap(({ endpoints }) => endpoints).find(({ id }) => id === endpointId);
  return { credential: present(endpoint).credential, previous: present(endpoint).previous };
}

describe('a key that is rotated', () => {
  it('is tested first, then used, with the one before it kept for the overlap', async () => {
    const view = await rotate({ overlapSeconds: 600 });
    const untilWallMs = workspace.clock.now + 600_000;
    expect(workspace.testCalls).toMatchObject([
      { kind: 'anthropic', baseUrl: 'https://api.anthropic.com', credential: NEW_KEY, model: null },
    ]);
    expect(view).toMatchObject({ overlap: { untilWallMs, refused: false }, problems: [] });
    expect(told()).toEqual({ credential: NEW_KEY, previous: { credential: ANTHROPIC_KEY, untilWallMs } });
    expect(workspace.announced.at(-1)).toMatchObject({ action: 'provider.rotate', entityId: 'anthropic' });
  });

  it('that its vendor refuses changes nothing, and says so beside the key', async () => {
    workspace.testAnswers.push(REFUSED);
    const refusal = await refusalOf(rotate({}));
    expect(refusal.code).toBe('invalid');
    expect(refusal.issues.map(({ path }) => path)).toEqual(['credential', 'skipTest']);
    expect(refusal.message).toMatch(
      /Anthropic refused the key \(401\).*It said: “invalid x-api-key”\. .*skipTest/,
    );
    expect(told().credential).toBe(ANTHROPIC_KEY);
    expect(await providerNow()).toMatchObject({ overlap: null, version: 1 });
  });

  it('may be stored without a test', async () => {
    const view = await rotate({ skipTest: true });
    expect(workspace.testCalls).toEqual([]);
    expect(view.overlap).not.toBeNull();
  });

  it('may be a variable that is not set yet, but only untested: then it is shown as the problem', async () => {
    const credential = { env: 'NEXT_KEY' };
    const refusal = await refusalOf(rotate({ credential }));
    expect(refusal.issues).toEqual([
      { path: 'credential', message: expect.stringContaining('NEXT_KEY is not set') },
    ]);
    const view = await rotate({ credential, skipTest: true });
    expect(view.problems).toEqual(['NEXT_KEY is not set.']);
    expect(told()).toMatchObject({ credential: null, previous: { credential: ANTHROPIC_KEY } });
  });

  it('replaces the old one at once where no overlap is wanted', async () => {
    expect((await rotate({ overlapSeconds: 0 })).overlap).toBeNull();
    expect(told()).toEqual({ credential: NEW_KEY, previous: undefined });
  });

  it('must be another one', async () => {
    const refusal = await refusalOf(rotate({ credential: { apiKey: ANTHROPIC_KEY } }));
    expect(refusal.issues).toEqual([
      { path: 'credential', message: expect.stringContaining('in use already') },
    ]);
  });

  it('is refused with the row as it is now when somebody else was faster', async () => {
    const input = {
      slug: 'anthropic',
      expectedVersion: 7,
      ...rotateSchema.parse({ credential: { apiKey: NEW_KEY } }),
    };
    expect((await refusalOf(rotateCredential({ ctx: workspace.ctx, input }))).code).toBe('stale_version');
    expect(workspace.testCalls).toEqual([]);
  });

  it('of one endpoint leaves the others alone', async () => {
    workspace.env.AZURE_US_KEY = 'azure-us';
    workspace.env.AZURE_EU_KEY = 'azure-eu';
    const view = await rotate({ endpoint: 'sweden', credential: { apiKey: 'azure-eu-2' } }, 'azure');
    expect(view.endpoints.map(({ slug, overlap }) => [slug, overlap !== null])).toEqual([
      ['us-east', false],
      ['sweden', true],
    ]);
    expect(told('azure.sweden')).toMatchObject({
      credential: 'azure-eu-2',
      previous: { credential: 'azure-eu' },
    });
    expect(told('azure.us-east')).toEqual({ credential: 'azure-us', previous: undefined });
  });

  it('gives an endpoint a key of its own, and the provider’s goes on for the overlap', async () => {
    await rotate({ endpoint: 'global' });
    expect(told()).toMatchObject({ credential: NEW_KEY, previous: { credential: ANTHROPIC_KEY } });
  });

  it('is tested with a model where the vendor has no list', async () => {
    const noList = {
      ...REFUSED,
      listable: false,
      failure: { ...REFUSED.failure, status: null, code: 'no_list' },
    };
    workspace.testAnswers.push(noList);
    await rotate({});
    expect(workspace.testCalls.map(({ model }) => model)).toEqual([null, 'claude-sonnet-4-5']);
  });

  it('is never shown or exported, nor is the one before it', async () => {
    await rotate({});
    const seen = JSON.stringify([
      await providerNow(),
      await exportConfig({ ctx: workspace.ctx }),
      workspace.announced,
      await workspace.store.providers.list(),
    ]);
    expect(seen).not.toContain(NEW_KEY);
    expect(seen).not.toContain(ANTHROPIC_KEY);
  });
});

describe('a new key that is refused', () => {
  it('is the provider’s problem as long as the old one answers, with the end of that', async () => {
    await rotate({ overlapSeconds: 3600 });
    workspace.refusedKeys.push('anthropic');
    const until = new Date(workspace.clock.now + 3_600_000).toISOString().slice(11, 16);
    const view = await providerNow();
    expect(view.overlap?.refused).toBe(true);
    expect(view.problems).toEqual([
      expect.stringContaining(`The new key of anthropic is refused; the old one is used until ${until} UTC.`),
    ]);
  });

  it('is said with the day when that is not within hours', async () => {
    await rotate({ overlapSeconds: 30 * 24 * 3600 });
    workspace.refusedKeys.push('anthropic');
    const until = new Date(workspace.clock.now + 30 * 24 * 3_600_000).toISOString();
    const words = `until ${until.slice(0, 10)} ${until.slice(11, 16)} UTC`;
    expect((await providerNow()).problems[0]).toContain(words);
    expect(workspace.announced.at(-1)?.summary).toContain(words);
  });

  it('is not what the next rotation keeps: the one that works is', async () => {
    await rotate({});
    workspace.refusedKeys.push('anthropic');
    await rotate({ credential: { apiKey: 'sk-ant-third-0123456789' } });
    expect(told()).toMatchObject({
      credential: 'sk-ant-third-0123456789',
      previous: { credential: ANTHROPIC_KEY },
    });
  });

  it('is not held against the one that replaces it', async () => {
    await rotate({});
    workspace.refusedKeys.push('anthropic');
    const { publish } = workspace.ctx.gateway;
    // As the gateway does with a snapshot that brings another key.
    workspace.ctx.gateway.publish = async (snapshot) => {
      workspace.refusedKeys.length = 0;
      await publish(snapshot);
    };
    const view = await rotate({ credential: { apiKey: 'sk-ant-third-0123456789' } });
    expect(view).toMatchObject({ overlap: { refused: false }, problems: [] });
  });
});

describe('an overlap', () => {
  const end = async (keep: 'new' | 'old') => {
    const { version } = await providerNow();
    return endOverlap({ ctx: workspace.ctx, input: { slug: 'anthropic', expectedVersion: version, keep } });
  };

  it('ends when somebody says so, with the new key or with the old one', async () => {
    await rotate({});
    expect((await end('new')).overlap).toBeNull();
    expect(told()).toEqual({ credential: NEW_KEY, previous: undefined });
    await rotate({ credential: { apiKey: 'sk-ant-third-0123456789' } });
    await end('old');
    expect(told()).toEqual({ credential: NEW_KEY, previous: undefined });
    expect((await refusalOf(end('new'))).code).toBe('conflict');
  });

  it('of an endpoint that had the provider’s key goes back to having none of its own', async () => {
    await rotate({ endpoint: 'global' });
    const { version } = await providerNow();
    const input = { slug: 'anthropic', expectedVersion: version, endpoint: 'global', keep: 'old' as const };
    const view = await endOverlap({ ctx: workspace.ctx, input });
    expect(view.endpoints[0]).toMatchObject({ credential: null, overlap: null });
    expect(told()).toEqual({ credential: ANTHROPIC_KEY, previous: undefined });
    await rotate({});
    expect(told()).toMatchObject({ credential: NEW_KEY, previous: { credential: ANTHROPIC_KEY } });
  });

  it('of an endpoint with a key of its own goes back to that one', async () => {
    workspace.env.AZURE_EU_KEY = 'azure-eu';
    await rotate({ endpoint: 'sweden', credential: { apiKey: 'azure-eu-2' } }, 'azure');
    const { version } = await providerNow('azure');
    const input = { slug: 'azure', expectedVersion: version, endpoint: 'sweden', keep: 'old' as const };
    await endOverlap({ ctx: workspace.ctx, input });
    expect(told('azure.sweden')).toEqual({ credential: 'azure-eu', previous: undefined });
    expect((await providerNow('azure')).endpoints[1]?.credential).toMatchObject({ env: 'AZURE_EU_KEY' });
  });

  it('ends by itself, and what is left of it is swept away', async () => {
    await rotate({ overlapSeconds: 60 });
    expect(await expireOverlaps({ ctx: workspace.ctx })).toBe(0);
    workspace.clock.now += 60_000;
    expect((await providerNow()).overlap).toBeNull();
    expect(await expireOverlaps({ ctx: workspace.ctx })).toBe(1);
    expect(await workspace.store.providers.get('anthropic')).toMatchObject({ previous: null });
    expect(told().previous).toBeUndefined();
    expect(await expireOverlaps({ ctx: workspace.ctx })).toBe(0);
  });

  it('outlives edits of everything else, and a document that keeps the key', async () => {
    await rotate({});
    const { version } = await providerNow();
    const { ctx } = workspace;
    await updateProvider({
      ctx,
      input: { slug: 'anthropic', expectedVersion: version, patch: { name: 'Other' } },
    });
    await replaceConfig({ ctx, input: { document: await exportConfig({ ctx }) } });
    expect(told()).toMatchObject({ credential: NEW_KEY, previous: { credential: ANTHROPIC_KEY } });
  });

  it('is over when the key is replaced without one', async () => {
    await rotate({});
    const { version } = await providerNow();
    const patch = { credential: { apiKey: 'sk-ant-third-0123456789' } };
    await updateProvider({
      ctx: workspace.ctx,
      input: { slug: 'anthropic', expectedVersion: version, patch },
    });
    expect(told()).toEqual({ credential: 'sk-ant-third-0123456789', previous: undefined });
    expect(workspace.announced.at(-1)?.summary).toBe(
      'Changed the provider Anthropic. Another credential for anthropic. That ended an overlap of two keys.',
    );
  });
});
