/**
 * `npm run check`: everything that is not a test. All of it runs, so that one call tells all that is wrong.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ours = (name) => ['node', fileURLToPath(new URL(name, import.meta.url))];

/** In this order, because what is built is looked at by those behind it. `tell`: what it says is of interest anyway. */
const CHECKS = [
  ['layout of the text (npx prettier --write .)', ['prettier', '--check', '--log-level=warn', '.']],
  ['types', ['tsc', '--noEmit', '-p', '.']],
  ['types of the web app', ['vue-tsc', '--noEmit', '-p', 'apps/web']],
  ['lint', ['eslint', '.', '--max-warnings=0']],
  ['who imports whom', ['depcruise', '--config', '.dependency-cruiser.cjs', 'apps', 'libs', 'migrations']],
  ['dead code and packages', ['knip', '--no-progress']],
  ['lock file', ours('lock.mjs')],
  ['nothing of one machine', ours('one-machine.mjs')],
  ['messages in both languages', ours('messages.mjs')],
  ['build', ours('../../apps/standalone/build.mjs')],
  ['first load of a resident page', ours('web-size.mjs'), { tell: true }],
  ['.env.example', ours('env-example.mjs')],
  ['schema and entities (node test/checks/schema.mjs --write)', ours('schema.mjs')],
  ['openapi.json and the web app’s types of it (node test/checks/openapi.mjs --write)', ours('openapi.mjs')],
];

const failed = CHECKS.filter(([name, [program, ...args], { tell = false } = {}]) => {
  const started = Date.now();
  // npm has put node_modules/.bin into PATH.
  const { status, stdout, stderr, error } = spawnSync(program === 'node' ? process.execPath : program, args, {
    encoding: 'utf8',
    shell: process.platform === 'win32',
    maxBuffer: 64 * 1024 * 1024,
  });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
  if (status !== 0 || tell) console.log([error?.message, stdout, stderr].filter(Boolean).join('\n').trimEnd());
  return status !== 0;
});

if (failed.length > 0) {
  console.log(`\n${failed.length} of ${CHECKS.length} checks failed: ${failed.map(([name]) => name).join('; ')}`);
  process.exitCode = 1;
}
