import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/**
 * Holds what the program says now against the committed file, or writes it there with `--write`.
 *
 * @returns whether they are the same
 */
export function compareWithCommitted(file, now) {
  if (process.argv.includes('--write')) {
    writeFileSync(file, now);
    console.log(`Wrote ${file}.`);
    return true;
  }
  const committed = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (committed === now) return true;
  const [before, after] = [committed.split('\n'), now.split('\n')];
  const gone = before.filter((line) => !after.includes(line)).map((line) => `- ${line}`);
  const come = after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`);
  const lines = [...gone, ...come];
  console.error(
    [
      `${file} is not what the program says now; look at the difference, then renew it: node ${process.argv[1]} --write`,
      ...(lines.length > 0 ? lines.slice(0, 60) : ['(the same lines in another order)']),
      ...(lines.length > 60 ? [`… and ${lines.length - 60} more lines`] : []),
    ].join('\n'),
  );
  return false;
}
