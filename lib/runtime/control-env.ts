import { resolve } from 'node:path';

/** What the control process reads from the environment. */
export interface ControlEnv {
  host: string;
  port: number;
  gatewayPort: number;
  simulatorPort: number;
  dataDir: string;
  secret: string | null;
  adminToken: string | null;
  /** Path of a configuration file to apply; null without one. */
  configFile: string | null;
  demo: boolean;
  /** Where people reach the dashboard, without a trailing slash. */
  dashboardUrl: string;
  /** Where applications reach the gateway, without a trailing slash. */
  gatewayUrl: string;
  /** Where this very machine reaches the gateway. */
  gatewayLoopbackUrl: string;
  development: boolean;
}

export type ControlEnvResult = { ok: true; env: ControlEnv } | { ok: false; message: string };

export function readControlEnv(env: NodeJS.ProcessEnv): ControlEnvResult {
  const text = (name: string) => env[name]?.trim() || null;
  const host = text('HOST') ?? '127.0.0.1';
  const port = Number(text('PORT') ?? 3000);
  const gatewayPort = Number(text('GATEWAY_PORT') ?? 8080);
  const simulatorPort = Number(text('SIMULATOR_PORT') ?? 8090);
  if (!Number.isInteger(simulatorPort) || simulatorPort < 1 || simulatorPort > 65_531) {
    return { ok: false, message: `SIMULATOR_PORT is "${env.SIMULATOR_PORT}": use a port from 1 to 65531.` };
  }
  for (const name of ['SWITCHYARD_PUBLIC_URL', 'SWITCHYARD_GATEWAY_URL']) {
    const url = text(name);
    if (url !== null && !/^https?:\/\/[^/]+/.test(url)) {
      return {
        ok: false,
        message: `${name} is "${url}": write a full URL such as https://switchyard.example.`,
      };
    }
  }
  const configFile = text('SWITCHYARD_CONFIG');
  return {
    ok: true,
    env: {
      host,
      port,
      gatewayPort,
      simulatorPort,
      dataDir: resolve(text('DATA_DIR') ?? './data'),
      secret: text('SWITCHYARD_SECRET'),
      adminToken: text('SWITCHYARD_ADMIN_TOKEN'),
      configFile: configFile === null ? null : resolve(configFile),
      demo: text('SWITCHYARD_DEMO')?.toLowerCase() !== 'off',
      dashboardUrl: withoutSlash(text('SWITCHYARD_PUBLIC_URL') ?? `http://${urlHost(host)}:${port}`),
      gatewayUrl: withoutSlash(text('SWITCHYARD_GATEWAY_URL') ?? `http://${urlHost(host)}:${gatewayPort}`),
      gatewayLoopbackUrl: `http://${urlHost(host)}:${gatewayPort}`,
      development: env.NODE_ENV === 'development',
    },
  };
}

/** Origins that pages of this dashboard may have. */
export function ownOrigins(env: ControlEnv): string[] {
  const names = new Set(['localhost', '127.0.0.1', '[::1]', urlHost(env.host)]);
  return [new URL(env.dashboardUrl).origin, ...[...names].map((name) => `http://${name}:${env.port}`)];
}

/** An address to connect to, for one to listen on. */
function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
