import { parseArgs } from 'node:util';
import { benchGateway } from './gateway-bench.ts';
import { renderGateway } from './gateway-report.ts';

/** `npm run bench -- gateway [--json] [--seconds 1] [--rounds 9]` */
const USAGE = 'Usage: npm run bench -- gateway [--json] [--seconds 1] [--rounds 9]';

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      seconds: { type: 'string', default: '1' },
      rounds: { type: 'string', default: '9' },
    },
  });
  const seconds = Number(values.seconds);
  const rounds = Number(values.rounds);
  const [suite = 'gateway'] = positionals;
  const sound = seconds > 0 && seconds <= 10 && Number.isInteger(rounds) && rounds >= 1 && rounds <= 15;
  if (suite !== 'gateway' || !sound) {
    console.error(USAGE);
    process.exitCode = 2;
    return;
  }
  const progress = (line: string) => console.error(line);
  const result = await benchGateway({ roundMs: seconds * 1000, rounds, progress });
  console.log(values.json ? JSON.stringify(result, null, 2) : renderGateway(result));
}

await main();
