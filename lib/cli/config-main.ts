import { text } from 'node:stream/consumers';
import { askAt } from './ask.ts';
import { runConfig } from './config-commands.ts';

// The command's process: arguments in, text and an exit code out.
const { stdin, stdout, stderr } = process;

// Whoever reads along may stop early: `... | head`.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  stderr.write(`switchyard-config: the output cannot be written (${error.code ?? error.message}).\n`);
  process.exitCode = 2;
});

// 1 says that there are differences, so a crash must not end with it.
process.exitCode = await runConfig(process.argv.slice(2), {
  env: process.env,
  out: (content) => stdout.write(content),
  err: (content) => stderr.write(content),
  stdin: () => text(stdin),
  ask: stdin.isTTY && stdout.isTTY ? (question) => askAt(stdin, stdout, question) : null,
}).catch((error: unknown) => {
  console.error(error);
  return 2;
});
