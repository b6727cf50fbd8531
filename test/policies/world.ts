import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { DEFAULT_BREAKER } from '#lib/contract/breaker-settings.ts';
import type { ProviderKind } from '#lib/contract/config.ts';
import { type PolicyInput, policySchema } from '#lib/contract/policy.ts';
import type { SimulatedFormat } from '#lib/contract/simulator.ts';
import type { ConfigSnapshot, SnapshotProvider, SnapshotTarget } from '#lib/contract/snapshot.ts';
import { type Simulator, startSimulator } from '#lib/simulator/simulator.ts';
import { KEY, TestGateway } from '../gateway/support.ts';
import type { Place, Scene } from './table.ts';

/** A flow with a primary, perhaps the same model in the vendor's other region, and a backup model of another vendor. */
export interface Lane {
  flow: string;
  /** The primary's vendor, and the backup model's. */
  kind: ProviderKind;
  backup: ProviderKind;
  us: Place;
  eu: Place;
  scene: Scene;
  policy: PolicyInput;
}

export interface World {
  gateway: TestGateway;
  simulator: Simulator;
  stop: () => Promise<void>;
}

/** How a kind of provider is simulated. */
const VENDORS: Readonly<
  Partial<Record<ProviderKind, { format: SimulatedFormat; path: string; credential: string }>>
> = {
  openai: { format: 'openai', path: '/v1', credential: 'sk-simulated' },
  'openai-compatible': { format: 'openai', path: '/v1', credential: 'sk-simulated' },
  anthropic: { format: 'anthropic', path: '', credential: 'sk-ant-simulated' },
  bedrock: { format: 'bedrock', path: '', credential: 'AKIASIMULATED0000000:simulated-secret-access-key' },
};
const FORMATS = ['openai', 'anthropic', 'bedrock'] as const;

export const modelOf = ({ flow }: Pick<Lane, 'flow'>): string => `model-${flow}`;
export const backupModelOf = ({ flow }: Pick<Lane, 'flow'>): string => `backup-${flow}`;
export const otherRegionOf = ({ flow }: Pick<Lane, 'flow'>): string => `${flow}-eu`;
export const backupOf = ({ flow }: Pick<Lane, 'flow'>): string => `${flow}-b`;

/** One simulated server for every way to fail and every format, one more for what is healthy, and the lanes' flows before them. */
export async function startWorld(lanes: readonly Lane[]): Promise<World> {
  const places = [...new Set(lanes.flatMap(({ us, eu }) => [us, eu, 'healthy' as const]))];
  const simulated = places.filter((place) => place !== 'nobody');
  const models = lanes.flatMap((lane) => [modelOf(lane), backupModelOf(lane)]);
  const simulator = await startSimulator(
    {
      controlPort: 0,
      controlToken: 'policies',
      endpoints: simulated.flatMap((place) =>
        FORMATS.map((format) => ({ provider: place, endpoint: format, format, port: 0, models })),
      ),
      traffic: null,
    },
    { timing: 'instant' },
  );
  for (const place of simulated) {
    if (place !== 'healthy') simulator.addFault({ provider: place, fault: place });
  }
  const gateway = await TestGateway.start();
  const snapshot = snapshotOf(lanes, simulator, await closedPort());
  gateway.tell({ type: 'snapshot', commandId: null, snapshot });
  const stop = async () => {
    await gateway.worker.stop();
    await simulator.stop();
  };
  return { gateway, simulator, stop };
}

/** A port at which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 1;
}

function snapshotOf(lanes: readonly Lane[], simulator: Simulator, closed: number): ConfigSnapshot {
  const url = (kind: ProviderKind, place: Place): string => {
    const { format, path } = vendor(kind);
    if (place === 'nobody') return `http://127.0.0.1:${closed}${path}`;
    const found = simulator.endpoints.find((one) => one.provider === place && one.endpoint === format);
    return `${found?.url}${path}`;
  };
  return {
    version: 1,
    createdAtWallMs: 1_700_000_000_000,
    breaker: { ...DEFAULT_BREAKER },
    providers: lanes.flatMap(({ flow, kind, backup, us, eu }) => [
      provider(flow, kind, { us: url(kind, us), eu: url(kind, eu) }),
      provider(`${flow}-b`, backup, { us: url(backup, 'healthy') }),
    ]),
    targets: lanes.flatMap((lane) => [
      target(lane.flow, lane.flow, 'us', modelOf(lane)),
      ...(lane.scene === 'two regions' ? [target(otherRegionOf(lane), lane.flow, 'eu', modelOf(lane))] : []),
      target(backupOf(lane), `${lane.flow}-b`, 'us', backupModelOf(lane)),
    ]),
    flows: lanes.map((lane) => ({
      slug: lane.flow,
      name: lane.flow,
      aliases: [],
      version: 1,
      chain: [lane.flow, ...(lane.scene === 'two regions' ? [otherRegionOf(lane)] : []), backupOf(lane)].map(
        (slug) => ({ target: slug, enabled: true, adapter: null }),
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

function vendor(kind: ProviderKind) {
  const found = VENDORS[kind];
  if (found === undefined) throw new Error(`No simulated ${kind} here`);
  return found;
}

function provider(slug: string, kind: ProviderKind, urls: Record<string, string>): SnapshotProvider {
  const region = (endpoint: string) =>
    kind === 'bedrock' ? (endpoint === 'us' ? 'us-east-1' : 'eu-central-1') : null;
  return {
    slug: `p-${slug}`,
    name: slug,
    kind,
    simulated: false,
    endpoints: Object.entries(urls).map(([endpoint, baseUrl]) => ({
      id: `p-${slug}.${endpoint}`,
      slug: endpoint,
      region: region(endpoint),
      baseUrl,
      credential: vendor(kind).credential,
      credentialId: `p-${slug}`,
    })),
  };
}

function target(slug: string, owner: string, endpoint: string, model: string): SnapshotTarget {
  return {
    slug,
    provider: `p-${owner}`,
    endpointId: `p-${owner}.${endpoint}`,
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

/** The providers' own view: calls that a lane's models have had, at places that fail and at healthy ones. */
export function callsOf({ simulator }: World, lane: Pick<Lane, 'flow'>) {
  const { calls } = simulator.calls();
  const count = (model: string, healthy: boolean) =>
    calls.filter((call) => call.model === model && (call.provider === 'healthy') === healthy).length;
  return {
    failing: count(modelOf(lane), false),
    otherRegion: count(modelOf(lane), true),
    backup: count(backupModelOf(lane), true),
  };
}
