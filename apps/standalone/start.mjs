/** `npm start`: everything on this machine, from a fresh checkout with its packages installed. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildIfStale, ROOT } from './build.mjs';

const OLDEST_NODE = [20, 19];

process.chdir(ROOT);
const refusal = whyNot();
if (refusal) {
  console.error(refusal);
  process.exit(1);
}
await import(pathToFileURL(join(ROOT, 'dist', 'apps', 'standalone', 'src', 'main.js')).href);

function whyNot() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    return `Node.js ${OLDEST_NODE.join('.')} or later is needed; this is ${process.versions.node}.`;
  }
  if (!existsSync(join(ROOT, 'node_modules'))) return 'The packages are not installed yet; run: npm ci';
  try {
    buildIfStale();
    return undefined;
  } catch (error) {
    return error.message;
  }
}
