/** The walls between the rooms (CONTRIBUTING.md has the table). Errors from the first commit, no baseline. */
const room = (name) => `^lib/${name}/`;
const npmTypes = ['npm', 'npm-dev', 'npm-optional', 'npm-peer'];

/** `from` may reach only these rooms (and itself). */
const only = (from, allowedRooms, comment) => ({
  name: `${from}-imports`,
  comment,
  severity: 'error',
  from: { path: room(from) },
  to: { path: '^(lib|app|components)/', pathNot: [room(from), ...allowedRooms.map(room)].join('|') },
});

/** These packages and built-ins stay out of these rooms. */
const ban = (rooms, packages, comment) => ({
  name: `${rooms.join('-')}-no-${packages[0].replace(/\W/g, '')}`,
  comment,
  severity: 'error',
  from: { path: rooms.map((r) => (r === 'components' || r === 'app' ? `^${r}/` : room(r))).join('|') },
  to: { path: packages.map((p) => `(^|node_modules/)${p}(/|$)`).join('|') },
});

module.exports = {
  forbidden: [
    only('engine', [], 'The engine is pure: it imports nothing outside itself.'),
    {
      name: 'engine-no-packages',
      comment: 'No npm, no node:, no zod in the engine: clock and randomness are parameters.',
      severity: 'error',
      from: { path: room('engine') },
      to: { dependencyTypes: [...npmTypes, 'core', 'unknown', 'undetermined', 'npm-no-pkg', 'npm-unknown'] },
    },
    only('contract', ['engine'], "The contract knows zod and the engine's types."),
    {
      name: 'contract-only-zod',
      comment: 'The contract is browser-safe: zod and nothing else.',
      severity: 'error',
      from: { path: room('contract') },
      to: { dependencyTypes: [...npmTypes, 'core'], pathNot: 'node_modules/zod/' },
    },
    {
      name: 'contract-engine-types-only',
      severity: 'error',
      comment: 'Only types of the engine cross into contract, wire, store, telemetry and cluster.',
      from: { path: ['contract', 'wire', 'store', 'telemetry', 'cluster'].map(room).join('|') },
      to: { path: room('engine'), dependencyTypesNot: ['type-only'] },
    },
    only('wire', ['contract', 'engine'], 'Wire formats know the contract only.'),
    only(
      'gateway',
      ['engine', 'wire', 'contract', 'telemetry', 'cluster'],
      'The data plane has no database and no pages.',
    ),
    only(
      'replay',
      ['engine', 'contract'],
      'The replay is the engine under another clock: no I/O, no clock of its own.',
    ),
    {
      name: 'replay-no-packages',
      comment: 'No npm, no node: in the replay: turns of the event loop are a parameter.',
      severity: 'error',
      from: { path: room('replay') },
      to: { dependencyTypes: [...npmTypes, 'core', 'unknown', 'undetermined', 'npm-no-pkg', 'npm-unknown'] },
    },
    only('store', ['contract', 'engine'], 'The store knows Prisma and the contract.'),
    only(
      'control',
      ['store', 'contract', 'telemetry', 'engine', 'replay'],
      'Use cases know the store, not the transport.',
    ),
    only('telemetry', ['contract', 'engine'], 'Telemetry has no database.'),
    only('cluster', ['contract', 'engine'], 'The bus carries contract messages.'),
    only('simulator', ['contract', 'wire'], 'The simulator stands apart from what it tests.'),
    only('cli', ['contract'], 'The command talks to a running server and knows what crosses the wire.'),
    only(
      'runtime',
      ['engine', 'contract', 'wire', 'gateway', 'store', 'control', 'telemetry', 'cluster', 'simulator'],
      'The composition roots wire rooms, never pages.',
    ),
    {
      name: 'components-imports',
      comment: 'Components know the contract and each other.',
      severity: 'error',
      from: { path: '^components/' },
      to: { path: '^(lib|app)/', pathNot: room('contract') },
    },
    {
      name: 'app-imports',
      comment: "Routes reach the product through control and the runtime's accessor.",
      severity: 'error',
      from: { path: '^app/' },
      to: {
        path: '^lib/',
        pathNot: [room('contract'), room('control'), '^lib/runtime/accessor\\.ts$'].join('|'),
      },
    },
    ban(['wire'], ['http', 'https', 'net', 'undici', 'next', 'react'], 'Wire formats do no I/O.'),
    ban(
      ['gateway', 'telemetry', 'cluster', 'store', 'control', 'cli'],
      ['next', 'react', 'react-dom'],
      'No pages below the app.',
    ),
    ban(
      ['gateway', 'telemetry', 'cluster', 'simulator', 'cli', 'components', 'app'],
      ['@prisma', 'prisma', '@libsql'],
      'Only the store knows Prisma.',
    ),
    {
      name: 'nothing-imports-tests',
      severity: 'error',
      comment: 'Product code never imports tests.',
      from: { pathNot: '^test/' },
      to: { path: '^test/' },
    },
    {
      name: 'no-circular',
      severity: 'error',
      comment: 'A cycle has no first file to read.',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'not-to-unresolvable',
      severity: 'error',
      comment: 'Every import must resolve.',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-dev-dependency',
      severity: 'error',
      comment: 'Product code runs on dependencies only.',
      from: { path: '^(app|components|lib|server\\.ts)', pathNot: '^lib/.*\\.test\\.ts$' },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only'],
        pathNot: 'node_modules/@types/',
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^lib/store/generated/.*(wasm|runtime)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json'],
    },
    reporterOptions: { text: { highlightFocused: true } },
  },
};
