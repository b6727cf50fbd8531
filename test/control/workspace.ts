import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuditEntry } from '#lib/contract/api.ts';
import type { BreakerView, Override } from '#lib/contract/breaker-view.ts';
import type { ConfigInput } from '#lib/contract/config.ts';
import type { ConfigSnapshot } from '#lib/contract/snapshot.ts';
import type { TestCall, TestResult } from '#lib/contract/test-call.ts';
import { replaceConfig } from '#lib/control/config/replace.ts';
import type { ControlContext, GatewayPort } from '#lib/control/context.ts';
import { type ControlError, isControlError } from '#lib/control/errors.ts';
import { openStore, type Store } from '#lib/store/store.ts';

/** A real database in a temporary folder, with a gateway and a live feed that remember what they were told. */
export interface Workspace {
  ctx: ControlContext;
  store: Store;
  dataDir: string;
  published: ConfigSnapshot[];
  overrides: Override[][];
  commands: string[];
  announced: AuditEntry[];
  env: Record<string, string>;
  clock: { now: number };
  /** What the gateway reports; empty: nothing yet. */
  views: BreakerView[];
  /** When set, the gateway refuses with it. */
  gatewayDown: { reason: string | null };
  /** What the gateway was asked to try. */
  testCalls: TestCall[];
  /** What comes of the next ones; when there are none left, they pass. */
  testAnswers: TestResult[];
  /** Credentials whose new key the gateway reports as refused. */
  refusedKeys: string[];
  close(): Promise<void>;
}

/** A test call that went well. */
export const PASSED: TestResult = {
  ok: true,
  how: 'list',
  latencyMs: 12,
  listable: true,
  models: [],
  failure: null,
};

let template: Promise<string> | null = null;

/** A migrated, empty database to copy: migrating anew for every test would be most of its time. */
async function emptyDatabase(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'switchyard-template-'));
  const store = await openStore({ dataDir });
  await store.close();
  return join(dataDir, 'switchyard.db');
}

export async function openWorkspace(): Promise<Workspace> {
  template ??= emptyDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'switchyard-control-'));
  await copyFile(await template, join(dataDir, 'switchyard.db'));
  const store = await openStore({ dataDir });
  const seen = {
    published: [] as ConfigSnapshot[],
    overrides: [] as Override[][],
    commands: [] as string[],
    announced: [] as AuditEntry[],
    env: {} as Record<string, string>,
    clock: { now: 1_800_000_000_000 },
    views: [] as BreakerView[],
    gatewayDown: { reason: null as string | null },
    testCalls: [] as TestCall[],
    testAnswers: [] as TestResult[],
    refusedKeys: [] as string[],
  };
  const ctx: ControlContext = {
    actor: { kind: 'user', id: 'u1', email: 'ana@example.com' },
    via: 'api',
    store,
    gateway: gatewayOf(seen),
    simulator: {
      start: async () => undefined,
      stop: async () => undefined,
      running: () => false,
      faults: () => [],
      addFault: async (rule) => ({ ...rule, id: 'f1', sinceWallMs: seen.clock.now }),
      clearFault: async () => undefined,
      setTraffic: async () => undefined,
    },
    announce: {
      audit: (entry) => seen.announced.push(entry),
      configChanged: () => undefined,
      faultsChanged: () => undefined,
    },
    now: () => seen.clock.now,
    env: (name) => seen.env[name],
  };
  const close = async () => {
    await store.close();
    await rm(dataDir, { recursive: true });
  };
  return { ctx, store, dataDir, ...seen, close };
}

function gatewayOf(
  seen: Pick<
    Workspace,
    | 'published'
    | 'overrides'
    | 'commands'
    | 'views'
    | 'gatewayDown'
    | 'testCalls'
    | 'testAnswers'
    | 'refusedKeys'
  >,
): GatewayPort {
  const answer = async (note: () => void) => {
    if (seen.gatewayDown.reason !== null) throw new Error(seen.gatewayDown.reason);
    note();
  };
  return {
    publish: (snapshot) => answer(() => seen.published.push(snapshot)),
    setOverrides: (overrides) => answer(() => seen.overrides.push(overrides)),
    resetBreaker: (scope, id) => answer(() => seen.commands.push(`reset ${scope} ${id}`)),
    probeBreaker: (scope, id) => answer(() => seen.commands.push(`probe ${scope} ${id}`)),
    clearCooldown: (target) => answer(() => seen.commands.push(`clear-cooldown ${target}`)),
    testCall: (call) => {
      seen.testCalls.push(call);
      return answer(() => undefined).then(() => seen.testAnswers.shift() ?? PASSED);
    },
    testTarget: async (target) => {
      seen.commands.push(`test ${target}`);
      return { ok: true, counted: true, note: null, latencyMs: 3, requestId: 'req_1', failure: null };
    },
    refusedKeys: () =>
      new Map(seen.refusedKeys.map((credentialId) => [credentialId, { credentialId, sinceWallMs: 1 }])),
    breakers: () => seen.views,
    flowRates: () => new Map([['support-chat', 12]]),
  };
}

export const ANTHROPIC_KEY = 'sk-ant-very-secret-0123456789';

/** Two vendors, three targets of two families, two flows. */
export function exampleConfig(): ConfigInput {
  return {
    settings: { breaker: { consecutiveFailures: 5, openSeconds: 10, maxOpenSeconds: 30 } },
    providers: [
      {
        slug: 'anthropic',
        name: 'Anthropic',
        kind: 'anthropic',
        credential: { apiKey: ANTHROPIC_KEY },
        endpoints: [{ slug: 'global', region: 'global', baseUrl: 'https://api.anthropic.com' }],
      },
      {
        slug: 'azure',
        name: 'Azure OpenAI',
        kind: 'azure-openai',
        endpoints: [
          {
            slug: 'us-east',
            region: 'eastus2',
            baseUrl: 'https://example-eastus2.openai.azure.com',
            credential: { env: 'AZURE_US_KEY' },
          },
          {
            slug: 'sweden',
            region: 'swedencentral',
            baseUrl: 'https://example-sweden.openai.azure.com',
            credential: { env: 'AZURE_EU_KEY' },
          },
        ],
      },
    ],
    targets: [
      {
        slug: 'claude',
        provider: 'anthropic',
        endpoint: 'global',
        model: 'claude-sonnet-4-5',
        contextWindow: 200000,
        capabilities: ['tools', 'vision', 'json-schema', 'prefill'],
      },
      {
        slug: 'gpt-us',
        provider: 'azure',
        endpoint: 'us-east',
        model: 'gpt-4o',
        deployment: 'chat-us',
        contextWindow: 128000,
        capabilities: ['tools', 'vision', 'json-schema'],
      },
      { slug: 'gpt-eu', provider: 'azure', endpoint: 'sweden', model: 'gpt-4o', contextWindow: 128000 },
    ],
    flows: [
      {
        slug: 'support-chat',
        name: 'Support chat',
        aliases: ['claude-support'],
        chain: [
          'claude',
          { target: 'gpt-us', adapter: { systemSuffix: 'Answer in at most five sentences.' } },
          { target: 'gpt-eu', enabled: true },
        ],
        policy: {
          mode: 'mixed',
          defaultStakes: 'low',
          badge: { on: true, text: 'Answered by backup model' },
        },
      },
      {
        slug: 'nightly-classify',
        name: 'Nightly classification',
        chain: ['gpt-eu', 'gpt-us', 'claude'],
        policy: { mode: 'availability', badge: { on: false } },
      },
    ],
  };
}

/** A workspace with the example in force. */
export async function openExample(): Promise<Workspace> {
  const workspace = await openWorkspace();
  await replaceConfig({ ctx: workspace.ctx, input: { document: exampleConfig() } });
  return workspace;
}

/** The refusal of a use case; fails the test when it was carried out. */
export async function refusalOf(action: Promise<unknown>): Promise<ControlError> {
  const outcome = await action.then(
    () => 'it was carried out',
    (error: unknown) => error,
  );
  if (isControlError(outcome)) return outcome;
  throw new Error(`Expected a ControlError, but: ${String(outcome)}`);
}

/** An example entry's policy fields and the like, without the noise of optional chaining in tests. */
export function present<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('Expected a value.');
  return value;
}
