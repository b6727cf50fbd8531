import { onTestFinished } from 'vitest';
import { parseJson } from '#lib/simulator/body.ts';
import { demoPorts, demoSettings } from '#lib/simulator/demo-workspace.ts';
import { type Simulator, type SimulatorDeps, startSimulator } from '#lib/simulator/simulator.ts';

export const TOKEN = 'control-token-of-the-tests';
export const CLAUDE = 'claude-sonnet-4-5';

/** The demo's vendors on free ports, without waits; stopped when the test ends. */
export async function simulatedWorld(deps: SimulatorDeps = {}): Promise<Simulator> {
  const settings = demoSettings({ ports: demoPorts(0), controlToken: TOKEN, gatewayUrl: '', apiKey: '' });
  const endpoints = settings.endpoints.map((endpoint) => ({ ...endpoint, port: 0 }));
  const simulator = await startSimulator(
    { ...settings, controlPort: 0, endpoints, traffic: null },
    { timing: 'instant', ...deps },
  );
  onTestFinished(() => simulator.stop());
  return simulator;
}

/** Base URL of a simulated endpoint. */
export function urlOf(simulator: Simulator, provider: string, endpoint = 'global'): string {
  const found = simulator.endpoints.find((one) => one.provider === provider && one.endpoint === endpoint);
  if (found === undefined) throw new Error(`No endpoint ${provider}.${endpoint}`);
  return found.url;
}

/** One chat call, in either vendor's form. */
export interface Vendor {
  provider: string;
  endpoint: string;
  model: string;
  path: string;
  headers: Record<string, string>;
}

export const OPENAI: Vendor = {
  provider: 'openai-sim',
  endpoint: 'us-east',
  model: 'gpt-4o',
  path: '/v1/chat/completions',
  headers: { authorization: 'Bearer simulated' },
};

export const ANTHROPIC: Vendor = {
  provider: 'anthropic-sim',
  endpoint: 'global',
  model: CLAUDE,
  path: '/v1/messages',
  headers: { 'x-api-key': 'simulated', 'anthropic-version': '2023-06-01' },
};

export const VENDORS: Vendor[] = [OPENAI, ANTHROPIC];

export interface CallOptions {
  stream?: boolean;
  prompt?: string;
  extra?: object;
  signal?: AbortSignal;
}

/** Asks a vendor with plain fetch. */
export function ask(simulator: Simulator, vendor: Vendor, options: CallOptions = {}): Promise<Response> {
  const { stream = false, prompt = 'Where is my parcel?', extra = {}, signal } = options;
  return fetch(`${urlOf(simulator, vendor.provider, vendor.endpoint)}${vendor.path}`, {
    method: 'POST',
    headers: { ...vendor.headers, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: vendor.model,
      max_tokens: 500,
      stream,
      messages: [{ role: 'user', content: prompt }],
      ...extra,
    }),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** What arrived of a body until it ended, broke, or `enough` was there. */
export async function arrived(
  response: Response,
  enough: (text: string) => boolean = () => false,
): Promise<{ text: string; end: 'clean' | 'broken' | 'enough' }> {
  let text = '';
  const decoder = new TextDecoder();
  try {
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      if (enough(text)) return { text, end: 'enough' };
    }
    return { text, end: 'clean' };
  } catch {
    return { text, end: 'broken' };
  }
}

/** The `data:` payloads of an event stream; what is not JSON is undefined. */
export function payloads(text: string): unknown[] {
  return [...text.matchAll(/^data: (.*)$/gm)].map((match) => parseJson(match[1] ?? ''));
}

/** Text that the content events carry, in either vendor's format. */
export function contentOf(text: string): string {
  const openai = [...text.matchAll(/"delta":\{"content":("(?:[^"\\]|\\.)*")/g)];
  const anthropic = [...text.matchAll(/"type":"text_delta","text":("(?:[^"\\]|\\.)*")/g)];
  return [...openai, ...anthropic].map((match) => JSON.parse(match[1] ?? '""')).join('');
}
