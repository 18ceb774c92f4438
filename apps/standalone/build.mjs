import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The checkout. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const OUT = join(ROOT, 'dist');
/** Holds a hash of the sources that `dist` was built from. */
const STAMP = 'built-from';
const DRAFT = /^dist\.draft-(\d+)(\.|$)/;

const CONFIGURATION = ['package.json', 'nest-cli.json', '.swcrc', 'tsconfig.json'];
const SOURCES = ['apps', 'libs', 'migrations'];
/** Built by its own tool. */
const WEB = join('apps', 'web');

/** Builds the server's programs into `dist` unless they were built from the very sources that are here now. */
export function buildIfStale() {
  if (isBuilt()) return;
  console.log('Building (once after each change) …');
  build();
}

/**
 * Builds the server's programs.
 *
 * The compiler writes beside `dist`, which is replaced only by a whole build: a build that is killed changes nothing,
 * two builds at once do not mix, and programs that run from `dist` do not lose it for the time of the build.
 */
export function build() {
  removeDeadDrafts();
  const compiler = join(ROOT, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
  if (!existsSync(compiler)) throw new Error('The compiler is not installed; run: npm ci');
  const sources = hashOfSources();
  const draft = `dist.draft-${process.pid}`;
  const configuration = `${draft}.json`;
  try {
    const differing = { extends: './tsconfig.json', compilerOptions: { outDir: draft } };
    writeFileSync(join(ROOT, configuration), JSON.stringify(differing));
    const args = [compiler, 'build', '--path', configuration];
    const compiled = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
    if (compiled.status !== 0) throw new Error(`The build failed.\n${compiled.stdout}${compiled.stderr}`);
    writeFileSync(join(ROOT, draft, STAMP), sources);
    replaceBy(join(ROOT, draft));
  } finally {
    rmSync(join(ROOT, configuration), { force: true });
    rmSync(join(ROOT, draft), { recursive: true, force: true });
  }
}

function isBuilt() {
  const stamp = join(OUT, STAMP);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === hashOfSources();
}

/** By content, since copying and switching branches give files any time stamp. */
function hashOfSources() {
  const hash = createHash('sha256');
  for (const file of [...CONFIGURATION, ...SOURCES.flatMap(sourcesIn)]) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(ROOT, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

/** Paths are relative to the checkout. */
function sourcesIn(folder) {
  if (folder === WEB) return [];
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return sourcesIn(path);
      return entry.name.endsWith('.ts') && !entry.name.endsWith('.spec.ts') ? [path] : [];
    });
}

function replaceBy(draft) {
  const old = `${draft}.old`;
  try {
    renameSync(OUT, old);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  try {
    renameSync(draft, OUT);
  } catch (error) {
    // Another build has come in between; it carries its own stamp.
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  }
  rmSync(old, { recursive: true, force: true });
}

/** A compiler whose starter was killed may still be writing there. */
function removeDeadDrafts() {
  for (const name of readdirSync(ROOT)) {
    const pid = DRAFT.exec(name)?.[1];
    if (!pid || isAlive(Number(pid))) continue;
    rmSync(join(ROOT, name), { recursive: true, force: true, maxRetries: 20, retryDelay: 20 });
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    build();
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
