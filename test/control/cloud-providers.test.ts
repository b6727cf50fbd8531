import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ConfigProvider, type ProviderKind, providerSchema } from '#lib/contract/config.ts';
import { replaceConfig } from '#lib/control/config/replace.ts';
import { createProvider } from '#lib/control/provider/create.ts';
import { getProvider } from '#lib/control/provider/get.ts';
import { updateProvider } from '#lib/control/provider/update.ts';
import { exampleConfig, openExample, present, refusalOf, type Workspace } from './workspace.ts';

let workspace: Workspace;
beforeEach(async () => {
  workspace = await openExample();
});
afterEach(() => workspace.close());

const SERVICE_ACCOUNT = JSON.stringify({
  type: 'service_account',
  project_id: 'p',
  client_email: 'switchyard@p.iam.gserviceaccount.com',
  private_key: '-----BEGIN PRIVATE KEY-----\nMIIsecret\n-----END PRIVATE KEY-----\n',
});

function cloud(kind: ProviderKind, region: string | undefined, apiKey: string): ConfigProvider {
  const endpoint = { slug: 'here', baseUrl: 'https://cloud.example.com' };
  return {
    slug: 'cloud',
    name: 'Cloud',
    kind,
    credential: { apiKey },
    endpoints: [region === undefined ? endpoint : { ...endpoint, region }],
  };
}

const faults = (input: unknown) =>
  (providerSchema.safeParse(input).error?.issues ?? []).map(({ path, message }) => [path.join('.'), message]);

describe('a provider in a cloud', () => {
  it.each(['vertex', 'bedrock'] as const)('of kind %s needs the region that its calls name', (kind) => {
    expect(faults(cloud(kind, undefined, 'key'))).toEqual([
      ['endpoints.0.region', expect.stringContaining(`A ${kind} endpoint needs its region`)],
    ]);
    expect(faults(cloud(kind, 'US East', 'key'))).toEqual([
      ['endpoints.0.region', expect.stringContaining('"US East" is not a region')],
    ]);
    expect(faults(cloud(kind, kind === 'vertex' ? 'global' : 'us-east-1', 'key'))).toEqual([]);
  });

  it('elsewhere a region stays a free word', () => {
    expect(faults(cloud('openai', undefined, 'key'))).toEqual([]);
    expect(faults(cloud('azure-openai', 'Our own cellar', 'key'))).toEqual([]);
  });

  it('of Vertex takes a key file, whole, or a token', () => {
    expect(faults(cloud('vertex', 'us-central1', SERVICE_ACCOUNT))).toEqual([]);
    expect(faults(cloud('vertex', 'us-central1', 'ya29.token'))).toEqual([]);
    for (const broken of [SERVICE_ACCOUNT.slice(0, 60), '{"type":"service_account"}']) {
      const [[path, message] = []] = faults(cloud('vertex', 'us-central1', broken));
      expect(path).toBe('credential');
      expect(message).toContain('Paste the whole key file');
      expect(message).not.toContain('gserviceaccount');
    }
  });

  it('of Bedrock takes two or three parts of AWS keys, or one API key', () => {
    for (const good of [
      'AKIA123:secret/+',
      'ASIA123:secret:token',
      'ABSKbedrockkey',
      '{"AccessKeyId":"AKIA123","SecretAccessKey":"s"}',
    ])
      expect(faults(cloud('bedrock', 'us-east-1', good))).toEqual([]);
    for (const bad of ['AKIA123:', ':secret', 'a:b:c:d'])
      expect(faults(cloud('bedrock', 'us-east-1', bad))).toEqual([
        ['credential', expect.stringContaining('ACCESS_KEY_ID:SECRET_ACCESS_KEY')],
      ]);
  });

  it('is refused by every way in: created, changed, or as a document', async () => {
    const { ctx } = workspace;
    const document = {
      ...exampleConfig(),
      providers: [...present(exampleConfig().providers), cloud('bedrock', undefined, 'k')],
    };
    const whole = await refusalOf(replaceConfig({ ctx, input: { document } }));
    expect(whole.issues.map(({ path }) => path)).toEqual(['providers.2.endpoints.0.region']);

    await createProvider({ ctx, input: cloud('bedrock', 'us-east-1', 'AKIA:secret') });
    const change = (patch: Parameters<typeof updateProvider>[0]['input']['patch']) =>
      refusalOf(updateProvider({ ctx, input: { slug: 'cloud', expectedVersion: 1, patch } }));
    const moved = await change({ endpoints: [{ slug: 'here', baseUrl: 'https://cloud.example.com' }] });
    expect(moved.issues.map(({ path }) => path)).toEqual(['endpoints.0.region']);
    const rotated = await change({ credential: { apiKey: 'AKIA:' } });
    expect(rotated.issues.map(({ path }) => path)).toEqual(['credential']);
  });

  it('says so when an environment variable holds no credential of its kind', async () => {
    const { ctx, env } = workspace;
    env.CLOUD_KEY = '{"half":';
    await createProvider({
      ctx,
      input: { ...cloud('vertex', 'global', 'x'), credential: { env: 'CLOUD_KEY' } },
    });
    const { problems } = await getProvider({ ctx, input: { slug: 'cloud' } });
    expect(problems).toEqual([expect.stringContaining('not written as vertex needs it')]);
    expect(problems.join()).not.toContain('half');
    env.CLOUD_KEY = SERVICE_ACCOUNT;
    expect((await getProvider({ ctx, input: { slug: 'cloud' } })).problems).toEqual([]);
  });
});
