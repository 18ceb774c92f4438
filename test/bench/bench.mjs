/** `npm run bench -- NAME [--option value ...]`: measures what docs/benchmarks.md tells of. */
import { parseArgs } from 'node:util';
import { buildIfStale } from '../../apps/standalone/build.mjs';

const BENCHES = {
  rush: async () => (await import('./rush.mjs')).benchRush,
  stages: async () => (await import('./stages.mjs')).benchStages,
  start: async () => (await import('./start.mjs')).benchStart,
  memory: async () => (await import('./memory.mjs')).benchMemory,
  'check-in': async () => (await import('./check-in.mjs')).benchCheckIn,
  lag: async () => (await import('./lag.mjs')).benchLag,
  board: async () => (await import('./board.mjs')).benchBoard,
  import: async () => (await import('./import.mjs')).benchImport,
  recount: async () => (await import('./recount.mjs')).benchRecount,
};

const text = { type: 'string' };
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    shape: text,
    connections: text,
    rounds: text,
    seconds: text,
    residents: text,
    pool: text,
    profile: text,
    requests: text,
    entries: text,
    rows: text,
  },
});
const name = positionals[0];
if (!Object.hasOwn(BENCHES, name)) {
  console.error(`Which benchmark? npm run bench -- ${Object.keys(BENCHES).join(' | ')}`);
  process.exit(1);
}
// What is measured is what was built; it is loaded only then.
buildIfStale();
await (
  await BENCHES[name]()
)(values);
process.exit(0);
