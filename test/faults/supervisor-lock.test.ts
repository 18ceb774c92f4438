import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { PACKAGE_ROOT } from '#core';
import { temporaryFolder } from '../support/temporary-folder.js';

const CONTENDERS = 12;
const ROUNDS = 5;

describe('many starts at once on the same data', () => {
  it('lets exactly one have them, also after an owner that was killed', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const folder = temporaryFolder();
      const contenders: ChildProcess[] = [];
      try {
        if (round > 0) writeFileSync(join(folder.path, `in-use.${round}.lock`), '{"pid":1,"startedAt":"never"}');
        for (let i = 0; i < CONTENDERS; i += 1) contenders.push(contender(folder.path));
        await Promise.all(contenders.map((child) => once(child, 'message')));
        const answers = contenders.map((child) => once(child, 'message'));
        for (const child of contenders) child.send('now');
        const said = (await Promise.all(answers)).map(([message]) => message as string);
        expect(said.toSorted()).toEqual(['held', ...Array<string>(CONTENDERS - 1).fill('refused')]);
        expect(readdirSync(folder.path)).toHaveLength(1);
      } finally {
        await Promise.all(contenders.map((child) => end(child)));
        folder.remove();
      }
    }
  });
});

const contender = (folder: string) =>
  fork(join(PACKAGE_ROOT, 'test', 'support', 'contend-for-lock.mjs'), [folder], { execArgv: [] });

async function end(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.disconnect();
  await gone;
}
