/**
 * `node test/bench/profile.mjs FILE.cpuprofile [requests]`: where the time of a CPU profile went, by package or folder,
 * by file and by function: the self time of each, in per cent and, with the number of requests, in microseconds a
 * request.
 */
import { readFileSync } from 'node:fs';
import { printTable } from './figures.mjs';

const [file, requests] = process.argv.slice(2);
const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(file, 'utf8'));
const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));

// What goes before the first request is the start of the program.
const first = samples.findIndex((id) => frames.get(id).functionName === 'parserOnIncoming');
const sums = { part: new Map(), file: new Map(), function: new Map() };
let busy = 0;
for (const [index, id] of samples.entries()) {
  const { functionName, url, lineNumber } = frames.get(id);
  const time = timeDeltas[index];
  if (index < first || functionName === '(idle)') continue;
  busy += time;
  const path = url.replace(/^file:\/\//, '').replace(/^.*\/(node_modules|dist)\//, '');
  const name = functionName || `(nameless, line ${lineNumber + 1})`;
  add('part', partOf(path, name), time);
  add('file', path || name, time);
  add('function', `${name} ${path}`, time);
}

function add(kind, key, time) {
  sums[kind].set(key, (sums[kind].get(key) ?? 0) + time);
}

/** `pg-protocol`, `@nestjs/core`, `node:net`, `libs/enrollment`; what has no file is the machine's own. */
function partOf(path, name) {
  if (!path) return name.startsWith('(') ? name : '(native)';
  if (path.startsWith('node:')) return path.split('/')[0];
  const [first, second] = path.split('/');
  return first.startsWith('@') || first === 'libs' || first === 'apps' ? `${first}/${second}` : first;
}

for (const [kind, most] of [
  ['part', 25],
  ['file', 40],
  ['function', 70],
]) {
  console.log(`\nby ${kind}`);
  const sorted = [...sums[kind]].sort(([, a], [, b]) => b - a).slice(0, most);
  printTable(
    sorted.map(([name, time]) => ({
      '%': ((time / busy) * 100).toFixed(1),
      ...(requests && { µs: (time / requests).toFixed(1) }),
      [kind]: ` ${name}`,
    })),
  );
}
console.log(`\n${(busy / 1e6).toFixed(2)} s busy`);
