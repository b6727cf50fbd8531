import { createHash } from 'node:crypto';
import { DEFAULT_BREAKER } from '#lib/contract/breaker-settings.ts';
import type { ProviderKind } from '#lib/contract/config.ts';
import { type PolicyInput, policySchema } from '#lib/contract/policy.ts';
import type { SimulatedFormat } from '#lib/contract/simulator.ts';
import type { ConfigSnapshot, SnapshotTarget } from '#lib/contract/snapshot.ts';
import { type Simulator, startSimulator } from '#lib/simulator/simulator.ts';
import { KEY, TestGateway } from '../gateway/support.ts';

/** How one kind of provider is simulated and called. */
interface Vendor {
  format: SimulatedFormat;
  /** Appended to the simulated endpoint's address. */
  path: string;
  credential: string;
  region: string | null;
}

export const VENDORS: Readonly<Record<ProviderKind, Vendor>> = {
  openai: { format: 'openai', path: '/v1', credential: 'sk-simulated', region: null },
  'openai-compatible': { format: 'openai', path: '/v1', credential: 'sk-simulated', region: null },
  'azure-openai': { format: 'azure', path: '', credential: 'azure-simulated', region: null },
  anthropic: { format: 'anthropic', path: '', credential: 'sk-ant-simulated', region: null },
  google: { format: 'gemini', path: '', credential: 'AIza-simulated', region: null },
  vertex: {
    format: 'gemini',
    path: '/v1/projects/simulated/locations/europe-west4',
    credential: 'ya29.simulated-access-token',
    region: 'europe-west4',
  },
  bedrock: {
    format: 'bedrock',
    path: '',
    credential: 'AKIASIMULATED0000000:simulated-secret-access-key',
    region: 'eu-central-1',
  },
};
export const KINDS = Object.keys(VENDORS) as ProviderKind[];

/** One flow of a world: its own primary, with a model and a credential that no other case shares. */
export interface Lane {
  flow: string;
  kind: ProviderKind;
  policy: PolicyInput;
  /** Another place with the same model comes second. */
  alternate?: ProviderKind;
}

export interface World {
  gateway: TestGateway;
  simulator: Simulator;
  stop: () => Promise<void>;
}

const PRIMARY = 'primary-sim';
const ALTERNATE = 'alternate-sim';
const BACKUP_MODEL = 'backup-model';

/** The model of a lane's primary; faults are aimed at it. */
export const modelOf = (lane: Pick<Lane, 'flow'>): string => `model-${lane.flow}`;

/** Simulated vendors of every kind, and a gateway whose flows are the lanes, each with a healthy backup model at its end. */
export async function startWorld(lanes: readonly Lane[]): Promise<World> {
  const formats = [...new Set(KINDS.map((kind) => VENDORS[kind].format))];
  const models = lanes.map(modelOf);
  const place = (provider: string, endpoint: string, format: SimulatedFormat, of: string[]) => ({
    provider,
    endpoint,
    format,
    port: 0,
    models: of,
  });
  const simulator = await startSimulator(
    {
      controlPort: 0,
      controlToken: 'matrix',
      endpoints: [
        ...formats.map((format) => place(PRIMARY, format, format, models)),
        ...formats.map((format) => place(ALTERNATE, format, format, models)),
        place('backup-sim', 'openai', 'openai', [BACKUP_MODEL]),
      ],
      traffic: null,
    },
    { timing: 'instant' },
  );
  const gateway = await TestGateway.start();
  gateway.tell({ type: 'snapshot', commandId: null, snapshot: snapshotOf(simulator, lanes) });
  const stop = async () => {
    await gateway.worker.stop();
    await simulator.stop();
  };
  return { gateway, simulator, stop };
}

function snapshotOf(simulator: Simulator, lanes: readonly Lane[]): ConfigSnapshot {
  const places = lanes.flatMap((lane) => {
    const all = [{ slug: lane.flow, kind: lane.kind, at: PRIMARY, lane }];
    if (lane.alternate !== undefined) {
      all.push({ slug: `${lane.flow}-alt`, kind: lane.alternate, at: ALTERNATE, lane });
    }
    return all;
  });
  const backup = {
    provider: provider('backup', 'openai', urlOf(simulator, 'backup-sim', 'openai', '/v1')),
    target: target('backup', BACKUP_MODEL),
  };
  return {
    version: 1,
    createdAtWallMs: 1_700_000_000_000,
    breaker: { ...DEFAULT_BREAKER },
    providers: [
      ...places.map(({ slug, kind, at }) => {
        const { format, path } = VENDORS[kind];
        return provider(slug, kind, urlOf(simulator, at, format, path));
      }),
      backup.provider,
    ],
    targets: [...places.map(({ slug, lane }) => target(slug, modelOf(lane))), backup.target],
    flows: lanes.map((lane) => ({
      slug: lane.flow,
      name: lane.flow,
      aliases: [],
      version: 1,
      chain: [lane.flow, ...(lane.alternate === undefined ? [] : [`${lane.flow}-alt`]), 'backup'].map(
        (slug) => ({
          target: slug,
          enabled: true,
          adapter: null,
        }),
      ),
      policy: policySchema.parse(lane.policy),
    })),
    apiKeys: [
      {
        id: 'key',
        sha256: createHash('sha256').update(KEY).digest('hex'),
        defaultFlow: null,
        use: 'application',
      },
    ],
  };
}

function provider(slug: string, kind: ProviderKind, baseUrl: string): ConfigSnapshot['providers'][number] {
  const { credential, region } = VENDORS[kind];
  const id = `p-${slug}.main`;
  return {
    slug: `p-${slug}`,
    name: slug,
    kind,
    simulated: false,
    endpoints: [{ id, slug: 'main', region, baseUrl, credential, credentialId: `p-${slug}` }],
  };
}

function target(slug: string, model: string): SnapshotTarget {
  return {
    slug,
    provider: `p-${slug}`,
    endpointId: `p-${slug}.main`,
    model,
    deployment: null,
    modelFamily: model,
    contextWindow: null,
    capabilities: null,
    enabled: true,
    breaker: { ...DEFAULT_BREAKER },
    metricsOnly: false,
  };
}

function urlOf(simulator: Simulator, name: string, endpoint: string, path: string): string {
  const found = simulator.endpoints.find((one) => one.provider === name && one.endpoint === endpoint);
  if (found === undefined) throw new Error(`No endpoint ${name}.${endpoint}`);
  return found.url + path;
}

/** The provider's view: calls that one lane's model has had at its primary and at its alternate. */
export function callsOf(
  { simulator }: World,
  lane: Pick<Lane, 'flow'>,
): { primary: number; alternate: number } {
  const { calls } = simulator.calls();
  const mine = calls.filter(({ model }) => model === modelOf(lane));
  const count = (name: string) => mine.filter((call) => call.provider === name).length;
  return { primary: count(PRIMARY), alternate: count(ALTERNATE) };
}
