import { startSupervisor } from '#lib/runtime/supervisor.ts';

await startSupervisor({ env: process.env, root: import.meta.dirname });
