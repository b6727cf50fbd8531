/** What the supervisor itself reads from the environment; everything else is its children's business. */
export interface SupervisorEnv {
  host: string;
  dashboardPort: number;
  gatewayPort: number;
}

export type EnvResult = { ok: true; env: SupervisorEnv } | { ok: false; message: string };

/** Ports are whole numbers; 0 asks the system for a free one. */
export function readSupervisorEnv(env: NodeJS.ProcessEnv): EnvResult {
  const host = env.HOST?.trim() || '127.0.0.1';
  const dashboardPort = readPort(env.PORT, 3000);
  const gatewayPort = readPort(env.GATEWAY_PORT, 8080);
  if (dashboardPort === null) return refuse('PORT', env.PORT);
  if (gatewayPort === null) return refuse('GATEWAY_PORT', env.GATEWAY_PORT);
  if (dashboardPort === gatewayPort && dashboardPort !== 0) {
    return {
      ok: false,
      message: `PORT and GATEWAY_PORT are both ${dashboardPort}: give the dashboard and the gateway a port each.`,
    };
  }
  return { ok: true, env: { host, dashboardPort, gatewayPort } };
}

function readPort(value: string | undefined, fallback: number): number | null {
  if (value === undefined || value.trim() === '') return fallback;
  const port = Number(value);
  return Number.isInteger(port) && port >= 0 && port <= 65_535 ? port : null;
}

function refuse(name: string, value: string | undefined): EnvResult {
  return {
    ok: false,
    message: `${name} is "${value}", which is not a port: use a whole number from 0 to 65535.`,
  };
}
