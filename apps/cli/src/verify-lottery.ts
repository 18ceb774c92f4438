import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { verifyLottery } from '#contracts';
import { InputRefused } from './password.js';

/** Far above any lottery's; what is larger is another file. */
const LARGEST_FILE_MB = 256;

/**
 * Checks the published file of a lottery and says of each check what came of it, in both languages, because those who
 * check are not the operators alone.
 *
 * @param notedListHash the hash of the list as somebody noted it when it was published
 * @returns whether nothing is wrong
 * @throws InputRefused where the file cannot be read
 */
export async function verifyLotteryFile(path: string, notedListHash?: string): Promise<boolean> {
  const checks = verifyLottery(await readJson(path), sha256, notedListHash);
  for (const { name, ok, sentence } of checks) {
    console.log(`${ok ? 'ok   ' : 'WRONG'} ${name}\n      ${sentence.zh}\n      ${sentence.en}`);
  }
  const wrong = checks.filter(({ ok }) => !ok).length;
  console.log(
    wrong === 0
      ? '\n核对无误。 Nothing is wrong.'
      : `\n有 ${wrong} 项不对。 ${wrong === 1 ? 'One thing is' : `${wrong} things are`} wrong.`,
  );
  return wrong === 0;
}

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

async function readJson(path: string): Promise<unknown> {
  const { size } = await stat(path).catch(() => {
    throw new InputRefused(`There is no file ${path}.`);
  });
  if (size > LARGEST_FILE_MB * 1024 * 1024) throw new InputRefused(`${path} is too large to be that of a lottery.`);
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new InputRefused(`${path} cannot be read: ${error.message}`);
  });
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: to the check it is what any other file is.
    return null;
  }
}
