/**
 * What a resident's phone loads before the first page stands, script and style together, stays light, and holds nothing
 * of what only staff need. Measured with gzip, which every phone understands; most get brotli, which is smaller.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const BUILT = 'build/web';
/** Bytes. */
const MOST = 100_000;
const ENTRY = 'resident.html';
const PAGES = ['HomePage', 'ClassesPage', 'ClassPage', 'SignInPage', 'MyClassesPage', 'CodePage'];

/** Stands in every style and component of the library that the areas of staff are made with. */
const OF_STAFF = /--el-color|el-button/;

const manifest = JSON.parse(readFileSync(join(BUILT, '.vite', 'manifest.json'), 'utf8'));

/** The files of a chunk and of all that it imports before it runs. */
function filesOf(key, found = new Set()) {
  const chunk = manifest[key];
  if (!chunk) throw new Error(`${key} is not in the manifest of ${BUILT}`);
  if (found.has(chunk.file)) return found;
  for (const file of [chunk.file, ...(chunk.css ?? [])]) found.add(file);
  for (const imported of chunk.imports ?? []) filesOf(imported, found);
  return found;
}

const sizeOf = (file) => gzipSync(readFileSync(join(BUILT, file)), { level: 9 }).length;

for (const page of PAGES) {
  const files = new Set([...filesOf(ENTRY), ...filesOf(`src/resident/pages/${page}.vue`)]);
  const bytes = [...files].reduce((sum, file) => sum + sizeOf(file), 0);
  console.log(`${page}: ${(bytes / 1000).toFixed(1)} KB in ${files.size} files (gzip), at most ${MOST / 1000} KB`);
  if (bytes > MOST) {
    console.error(`${page} is too heavy:`);
    for (const file of files) console.error(`  ${sizeOf(file)} ${file}`);
    process.exitCode = 1;
  }
  for (const file of files) {
    if (!OF_STAFF.test(readFileSync(join(BUILT, file), 'utf8'))) continue;
    console.error(`${page} loads ${file}, which holds what only staff need`);
    process.exitCode = 1;
  }
}
