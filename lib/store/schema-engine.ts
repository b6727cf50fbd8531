import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';
import * as glue from '@prisma/schema-engine-wasm/schema_engine_bg';

export type SchemaEngine = Awaited<ReturnType<typeof glue.SchemaEngine.new>>;

let loaded: Promise<void> | null = null;

/**
 * Prisma's own schema engine as WebAssembly. Its package imports the .wasm file as a module, which Node does not do without a
 * flag, so it is instantiated by hand, once per process.
 */
export async function openSchemaEngine(
  adapter: SqlMigrationAwareDriverAdapterFactory,
  schema: string,
): Promise<SchemaEngine> {
  loaded ??= instantiate();
  await loaded;
  return glue.SchemaEngine.new(
    { datamodels: [['schema.prisma', schema]] },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory(adapter),
  );
}

async function instantiate(): Promise<void> {
  const here = createRequire(import.meta.url);
  const path = here
    .resolve('@prisma/schema-engine-wasm')
    .replace(/schema_engine\.js$/, 'schema_engine_bg.wasm');
  installPanicRegistry();
  const { instance } = await WebAssembly.instantiate(await readFile(path), {
    './schema_engine_bg.js': asImports(glue),
  });
  glue.__wbg_set_wasm(instance.exports);
  start(instance.exports);
}

/** The glue module's exports are the functions that the WebAssembly module imports. */
function asImports(module: object): WebAssembly.ModuleImports {
  return module as WebAssembly.ModuleImports;
}

function start(exports: WebAssembly.Exports): void {
  const run = exports.__wbindgen_start;
  if (typeof run === 'function') run();
}

/** Where the engine leaves a panic's text; it expects this global, and without it a panic hides its own message. */
function installPanicRegistry(): void {
  const registry = {
    message: '',
    set_message(text: string) {
      registry.message = `The schema engine gave up: ${text}`;
    },
    get() {
      return registry.message;
    },
  };
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: registry });
}
