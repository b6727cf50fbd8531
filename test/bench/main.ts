import { parseArgs } from 'node:util';
import { benchEngine } from './engine-bench.ts';
import { renderEngine } from './engine-report.ts';
import { benchGateway } from './gateway-bench.ts';
import { renderGateway } from './gateway-report.ts';
import { benchReplay, renderReplay } from './replay-bench.ts';

const USAGE = [
  'Usage: npm run bench -- gateway [--json] [--seconds 1] [--rounds 9]',
  '       npm run bench -- engine [--json] [--rounds 9]',
  '       npm run bench -- replay [--json] [--rounds 9]',
].join('\n');
const ENGINE_CALLS = 200_000;

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
  const progress = (line: string) => console.error(line);
  if (suite === 'gateway' && sound) {
    const result = await benchGateway({ roundMs: seconds * 1000, rounds, progress });
    console.log(values.json ? JSON.stringify(result, null, 2) : renderGateway(result));
  } else if (suite === 'engine' && sound) {
    const result = await benchEngine({ rounds, calls: ENGINE_CALLS, progress });
    console.log(values.json ? JSON.stringify(result, null, 2) : renderEngine(result));
  } else if (suite === 'replay' && sound) {
    const result = await benchReplay({ rounds, progress });
    console.log(values.json ? JSON.stringify(result, null, 2) : renderReplay(result));
  } else {
    console.error(USAGE);
    process.exitCode = 2;
  }
}

await main();
