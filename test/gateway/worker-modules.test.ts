import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const WORKER = new URL('../../lib/gateway/worker.ts', import.meta.url);
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

it('the worker loads neither pages nor a database nor schemas: its memory is for requests', () => {
  const script = `
    const { registerHooks } = await import('node:module');
    const packages = new Set();
    registerHooks({ load(url, context, next) {
      const name = /node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(url);
      if (name !== null) packages.add(name[1]);
      return next(url, context);
    } });
    await import(${JSON.stringify(WORKER.href)});
    console.log(JSON.stringify([...packages]));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const packages: unknown = JSON.parse(stdout.trim() || `${JSON.stringify(stderr)}`);
  expect(packages).toContain('undici');
  for (const heavy of ['zod', 'next', 'react', '@prisma/client', 'better-auth']) {
    expect(packages).not.toContain(heavy);
  }
});
