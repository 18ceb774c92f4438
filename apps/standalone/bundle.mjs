/**
 * `node bundle.mjs FOLDER`: joins each compiled program under FOLDER with all that it imports, packages included, into
 * few files, so that it starts in half the time: of the three thousand files an api is made of, Node would look up,
 * read and compile each one by itself.
 *
 * The files compiled one by one stay beside them for the tools that import a single one.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { rolldown } from 'rolldown';
import { BY_ITSELF, onwarn, typeormOnce } from './joining.mjs';

const ROOT = resolve(import.meta.dirname, '..', '..');
const PROGRAMS = ['api', 'cli', 'standalone', 'worker'];

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('usage: node bundle.mjs FOLDER');

const bundle = await rolldown({
  cwd: ROOT,
  platform: 'node',
  input: Object.fromEntries(PROGRAMS.map((name) => [name, join(folder, 'apps', name, 'src', 'main.js')])),
  external: BY_ITSELF,
  plugins: [ownLibs(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).imports), typeormOnce()],
  onwarn,
});
await bundle.write({
  dir: folder,
  format: 'esm',
  entryFileNames: 'apps/[name]/src/main.js',
  chunkFileNames: 'bundle/[name]-[hash].js',
  // Names of classes are read by Nest, by TypeORM and by those who read an error.
  keepNames: true,
});

/** The libs by the names that package.json gives them, taken from the folder and not from an earlier build. */
function ownLibs(imports) {
  const own = (id) => {
    const named = imports[id]?.default ?? imports['#*'].default.replace('*', id.slice(1));
    return join(ROOT, folder, named.replace(/^\.\/dist\//, ''));
  };
  return { name: 'own-libs', resolveId: { filter: { id: /^#/ }, handler: own } };
}
