import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import { runConfig } from './config-commands.ts';

// The command's process: arguments in, text and an exit code out.
const { stdin, stdout, stderr } = process;

async function ask(question: string): Promise<string> {
  const prompt = createInterface({ input: stdin, output: stdout });
  try {
    return await prompt.question(question);
  } finally {
    prompt.close();
  }
}

// 1 says that there are differences, so a crash must not end with it.
process.exitCode = await runConfig(process.argv.slice(2), {
  env: process.env,
  out: (content) => stdout.write(content),
  err: (content) => stderr.write(content),
  stdin: () => text(stdin),
  ask: stdin.isTTY && stdout.isTTY ? ask : null,
}).catch((error: unknown) => {
  console.error(error);
  return 2;
});
