/**
 * `npm run check`: everything that is not a test. All of it runs, so that one call tells all that is wrong.
 */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

const ours = (name) => ['node', fileURLToPath(new URL(name, import.meta.url))];

/**
 * What takes long begins first. `after`: looks at what that one has built; `tell`: what it says is of interest anyway.
 */
const CHECKS = [
  ['lint', ['eslint', '.', '--max-warnings=0']],
  ['build', ours('../../apps/standalone/build.mjs')],
  ['layout of the text (npx prettier --write .)', ['prettier', '--check', '--log-level=warn', '.']],
  ['types of the web app', ['vue-tsc', '--noEmit', '-p', 'apps/web']],
  ['types', ['tsc', '--noEmit', '-p', '.']],
  ['who imports whom', ['depcruise', '--config', '.dependency-cruiser.cjs', 'apps', 'libs', 'migrations']],
  ['schema and entities (node test/checks/schema.mjs --write)', ours('schema.mjs'), { after: 'build' }],
  [
    'openapi.json and the web app’s types of it (node test/checks/openapi.mjs --write)',
    ours('openapi.mjs'),
    { after: 'build' },
  ],
  ['dead code and packages', ['knip', '--no-progress']],
  ['.env.example', ours('env-example.mjs'), { after: 'build' }],
  ['first load of a resident page', ours('web-size.mjs'), { after: 'build', tell: true }],
  ['nothing of one machine', ours('one-machine.mjs')],
  ['messages in both languages', ours('messages.mjs')],
  ['lock file', ours('lock.mjs')],
];

/** As many at once as there are cores, up to two: each of the long ones holds up to a gigabyte. */
const LANES = Math.min(2, availableParallelism());

/** Runs a check to its end, says how it went, and resolves to whether it passed. */
async function run([name, [program, ...args], { tell = false } = {}]) {
  const started = Date.now();
  // npm has put node_modules/.bin into PATH.
  const child = spawn(program === 'node' ? process.execPath : program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
  child.once('error', ({ message }) => (said += message));
  const passed = await new Promise((resolve) => child.once('close', (code) => resolve(code === 0)));
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`${passed ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
  if (!passed || tell) console.log(said.trimEnd());
  return passed;
}

const waiting = [...CHECKS];
/** Whether each passed, by its name. */
const outcomes = new Map();

async function lane() {
  for (let check = waiting.shift(); check; check = waiting.shift()) {
    const [name, , { after } = {}] = check;
    const outcome = Promise.resolve(outcomes.get(after)).then(() => run(check));
    outcomes.set(name, outcome);
    await outcome;
  }
}

await Promise.all(Array.from({ length: LANES }, lane));

const failed = [];
for (const [name] of CHECKS) if (!(await outcomes.get(name))) failed.push(name);
if (failed.length > 0) {
  console.log(`\n${failed.length} of ${CHECKS.length} checks failed: ${failed.join('; ')}`);
  process.exitCode = 1;
}
