import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, jest } from '@jest/globals';
import { lotteryFileText } from '#contracts';
import { PACKAGE_ROOT } from '#core';
import { drawnLottery, frozenLottery, sha256 } from '../../../test/support/lottery.js';
import { temporaryFolder } from '../../../test/support/temporary-folder.js';
import { verifyLotteryFile } from './verify-lottery.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const units = Array.from({ length: 40 }, (_, index) => ({ size: 1 + (index % 3), tier: index % 2 }));
const drawn = drawnLottery({ units, seats: 25, waitingLimit: 10, because: { 2: 'cap_reached' }, withdrawn: { 5: 4 } });
const right = write('right.json', lotteryFileText(drawn));
const [first, second, ...others] = drawn.ranking;
const wrong = write(
  'wrong.json',
  lotteryFileText({
    ...drawn,
    ranking: [{ ...first!, pseudonym: second!.pseudonym }, { ...second!, pseudonym: first!.pseudonym }, ...others],
  }),
);

function write(name: string, text: string): string {
  const path = join(folder.path, name);
  writeFileSync(path, text);
  return path;
}

/** As `npm run cli --` starts it, from the folder of the files; no setting names a database, and none is to be asked. */
function cli(...args: string[]) {
  const program = join(PACKAGE_ROOT, 'apps', 'standalone', 'cli.mjs');
  const env = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none', INIT_CWD: folder.path };
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'lottery', 'verify', ...args], {
    cwd: PACKAGE_ROOT,
    env,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('npm run cli -- lottery verify', () => {
  it('says of every check of a right file what was looked at, without a database', () => {
    const { status, stdout, stderr } = cli('right.json', '--list-hash', drawn.listHash);
    expect(stderr).toBe('');
    expect(stdout.match(/^ok .*$/gm)).toEqual(
      [
        'format',
        'list',
        'list_hash',
        'noted_hash',
        'before_number',
        'secret',
        'number',
        'seed',
        'order',
        'seats_kept',
        'seats',
        'said',
      ].map((name) => `ok    ${name}`),
    );
    expect(stdout).not.toContain('WRONG');
    expect(stdout).toContain('核对无误。 Nothing is wrong.');
    expect(status).toBe(0);
  });

  it('ends with exit code 1 and names what is wrong', () => {
    const { status, stdout } = cli(wrong);
    expect(stdout.match(/^WRONG .*$/gm)).toContain('WRONG order');
    expect(status).toBe(1);
  });

  it('says so where there is no such file', () => {
    const { status, stderr } = cli('none.json');
    expect(stderr).toBe('There is no file none.json.\n');
    expect(status).toBe(1);
  });
});

describe('a file', () => {
  const said = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  afterEach(() => {
    said.mockClear();
  });
  afterAll(() => said.mockRestore());
  const output = () => said.mock.calls.flat().join('\n');

  it('of a list that is frozen and not drawn yet is right as far as it goes', async () => {
    const frozen = write('frozen.json', lotteryFileText(frozenLottery({ units, seats: 25, waitingLimit: null })));
    expect(await verifyLotteryFile(frozen)).toBe(true);
    expect(output()).toContain('Not drawn yet.');
  });

  it('is wrong where the hash of its list is not the one that was noted', async () => {
    expect(await verifyLotteryFile(right, sha256('another list'))).toBe(false);
    expect(output().match(/^WRONG .*$/gm)).toEqual(['WRONG noted_hash']);
  });

  it.each([
    ['of something else', '{"format":"other"}'],
    ['that is no JSON', 'hello'],
    ['of another version', '{"format":"huixue-lottery/7"}'],
  ])('%s is wrong', async (_, text) => {
    expect(await verifyLotteryFile(write('other.json', text))).toBe(false);
    expect(output()).toMatch(/^WRONG format$/m);
  });
});

const python = spawnSync('python3', ['--version']).status === 0;
(python ? describe : describe.skip)('the program in docs/lottery.md', () => {
  const text = readFileSync(join(PACKAGE_ROOT, 'docs', 'lottery.md'), 'utf8');
  const program = write('check.py', /```python\n([\s\S]*?)```/.exec(text)![1]!);
  const run = (path: string) => spawnSync('python3', [program, path], { encoding: 'utf8' });

  it('finds right what is right and wrong what is wrong', () => {
    expect(run(right)).toMatchObject({ status: 0, stdout: expect.stringContaining('3D 第2026318期 583') });
    expect(run(wrong)).toMatchObject({ status: 1, stderr: expect.stringContaining('another order') });
    const unnumbered = drawnLottery({ units: units.slice(0, 3), seats: 25, waitingLimit: 10 });
    expect(run(write('all.json', lotteryFileText(unnumbered)))).toMatchObject({ status: 0 });
  });
});
