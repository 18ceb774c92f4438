/** `node join-packages.mjs FOLDER`: joins the packages that the tests load; see joined-packages.mjs. */
import { join, resolve } from 'node:path';
import { rolldown } from 'rolldown';
import { BY_ITSELF, onwarn, typeormOnce } from '../../apps/standalone/joining.mjs';
import { JOINED } from './joined-packages.mjs';

const ROOT = resolve(import.meta.dirname, '..', '..');
const FRONT = 'front-of:';

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('usage: node join-packages.mjs FOLDER');

const exported = new Map();
for (const name of JOINED) exported.set(name, Object.keys(await import(name)));

const bundle = await rolldown({
  cwd: ROOT,
  platform: 'node',
  input: Object.fromEntries(JOINED.map((name) => [name, `${FRONT}${name}.mjs`])),
  // Nest and TypeORM want reflect-metadata before them, in whatever order their parts are joined: Jest loads it first.
  external: [...BY_ITSELF, 'reflect-metadata'],
  plugins: [fronts(), typeormOnce()],
  onwarn,
});
await bundle.write({
  dir: folder,
  format: 'esm',
  entryFileNames: '[name].mjs',
  chunkFileNames: 'joined-[hash].mjs',
  keepNames: true,
});

/** Puts in front of each package a module that exports what Node finds in it, whether it is CommonJS or not. */
function fronts() {
  return {
    name: 'fronts',
    resolveId: { filter: { id: new RegExp(`^${FRONT}`) }, handler: (id) => join(ROOT, id) },
    load: {
      filter: { id: new RegExp(FRONT) },
      handler(id) {
        const name = id.slice(id.indexOf(FRONT) + FRONT.length, -'.mjs'.length);
        const names = exported.get(name).filter((one) => one !== 'default' && one !== 'module.exports');
        return [
          `import * as all from '${name}';`,
          `export const { ${names.join(', ')} } = all;`,
          ...(exported.get(name).includes('default') ? ['export default all.default;'] : []),
        ].join('\n');
      },
    },
  };
}
