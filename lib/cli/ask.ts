import { createInterface } from 'node:readline/promises';

/** Asks whoever sits at this terminal, and waits for a line. Ctrl-C and Ctrl-D answer nothing. */
export async function askAt(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  question: string,
): Promise<string> {
  const prompt = createInterface({ input, output, terminal: true });
  try {
    return await prompt.question(question);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
    output.write('\n');
    return '';
  } finally {
    prompt.close();
  }
}
