import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** What was typed will not do; `message` is one clear sentence. */
export class InputRefused extends Error {
  override name = 'InputRefused';
}

/**
 * The new password: asked twice at the terminal, where it does not show; else the first line of standard input. Never
 * an argument, which every user of the machine could read.
 *
 * @throws InputRefused
 */
export async function readNewPassword(): Promise<string> {
  if (!process.stdin.isTTY) {
    for await (const line of createInterface({ input: process.stdin })) {
      if (line !== '') return line;
      break;
    }
    throw new InputRefused('Standard input holds no password; give it as the first line.');
  }
  const first = await askHidden('Password: ');
  if ((await askHidden('The same again: ')) !== first) throw new InputRefused('The two passwords are not the same.');
  return first;
}

/** Asks at the terminal and shows nothing of what is typed. */
async function askHidden(question: string): Promise<string> {
  process.stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
  const interrupted = new Promise<never>((_, reject) =>
    terminal.once('SIGINT', () => reject(new InputRefused('Nothing was changed.'))),
  );
  try {
    return await Promise.race([terminal.question(''), interrupted]);
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}
