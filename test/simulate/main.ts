import { hedgingTable } from './hedging.ts';
import { jitterTable } from './jitter.ts';
import { metastableTable } from './metastable.ts';
import { retryBudgetTable } from './retry-budget.ts';
import { inferenceTable, outageTable } from './scope-inference.ts';
import { render } from './table.ts';
import { throttleTable } from './throttle.ts';

/** `npm run simulate`: what the engine's rules are for, as tables. Every run gives the same figures. */
const tables = [
  jitterTable(),
  retryBudgetTable(),
  throttleTable(),
  metastableTable(),
  hedgingTable(),
  inferenceTable(),
  await outageTable(),
];
for (const table of tables) console.log(render(table));
