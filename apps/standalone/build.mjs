import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/** The checkout. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Within what was built: a hash of the sources it was built from. */
const STAMP = 'built-from';
const DRAFT = /\.draft-(\d+)(\.|$)/;
/** Smaller files are not worth a second request header. */
const WORTH_COMPRESSING = 1024;
const WEB = join('apps', 'web');

/** What is built; every path is relative to the checkout. */
export const PARTS = [
  {
    out: 'dist',
    sources: () => [
      ...['package.json', 'package-lock.json', 'nest-cli.json', '.swcrc', 'tsconfig.json'],
      ...['bundle.mjs', 'joining.mjs'].map((name) => join('apps', 'standalone', name)),
      ...['apps', 'libs', 'migrations'].flatMap((folder) => filesIn(folder, [WEB])).filter(isProgram),
    ],
    make: compileServer,
  },
  {
    out: join('build', 'web'),
    sources: () => [
      ...['package.json', join('apps', 'api', 'openapi.json')],
      ...filesIn(WEB),
      ...filesIn(join('libs', 'contracts')).filter(isProgram),
    ],
    make: bundleWeb,
  },
  {
    out: join('build', 'database'),
    sources: () =>
      [
        ...['package-lock.json', join('apps', 'standalone', 'src', 'make-template.ts')],
        ...['migrations', join('libs', 'core', 'src', 'database'), join('libs', 'core', 'src', 'queues')].flatMap(
          (folder) => filesIn(folder),
        ),
        ...filesIn(join('apps', 'standalone', 'src', 'postgres')),
      ].filter((file) => file.endsWith('.json') || isProgram(file)),
    make: makeDatabaseTemplate,
  },
];

/** Builds the server's programs and the web app unless they were built from the very sources that are here now. */
export function buildIfStale(parts = PARTS) {
  const stale = parts.filter((part) => !isBuilt(part));
  if (stale.length === 0) return;
  console.log('Building (once after each change) …');
  build(stale);
}

/**
 * Builds the server's programs and the web app.
 *
 * The tools write beside what was built before, which is replaced only by a whole build: a build that is killed changes
 * nothing, two builds at once do not mix, and programs that run from `dist` do not lose it for the time of the build.
 */
export function build(parts = PARTS) {
  removeDeadDrafts();
  for (const { out, sources, make } of parts) {
    const hash = hashOf(sources());
    const draft = `${out}.draft-${process.pid}`;
    mkdirSync(join(ROOT, dirname(out)), { recursive: true });
    try {
      make(draft);
      writeFileSync(join(ROOT, draft, STAMP), hash);
      replaceBy(join(ROOT, draft), join(ROOT, out));
    } finally {
      rmSync(join(ROOT, draft), { recursive: true, force: true });
    }
  }
}

function compileServer(draft) {
  const configuration = `${draft}.json`;
  try {
    const differing = { extends: './tsconfig.json', compilerOptions: { outDir: draft } };
    writeFileSync(join(ROOT, configuration), JSON.stringify(differing));
    run(inPackages('@nestjs', 'cli', 'bin', 'nest.js'), ['build', '--path', configuration]);
    run(join(ROOT, 'apps', 'standalone', 'bundle.mjs'), [draft]);
  } finally {
    rmSync(join(ROOT, configuration), { force: true });
  }
}

function bundleWeb(draft) {
  const args = ['build', '-c', join(WEB, 'vite.config.ts'), '--outDir', join(ROOT, draft), '--logLevel', 'warn'];
  run(inPackages('vite', 'bin', 'vite.js'), args);
  compress(join(ROOT, draft, 'assets'));
}

/** Beside each file its brotli and gzip form, so that serving costs no compression. */
function compress(folder) {
  for (const name of readdirSync(folder)) {
    const content = readFileSync(join(folder, name));
    if (!/\.(js|css|svg|json|wasm)$/.test(name) || content.length < WORTH_COMPRESSING) continue;
    writeFileSync(join(folder, `${name}.gz`), gzipSync(content, { level: 9 }));
    const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
    writeFileSync(join(folder, `${name}.br`), brotliCompressSync(content, { params }));
  }
}

/**
 * What the databases of demonstrations begin with. Where PostgreSQL cannot be run there is none, and the first start
 * makes its database itself, if it can.
 */
function makeDatabaseTemplate(draft) {
  mkdirSync(join(ROOT, draft));
  const standalone = pathToFileURL(join(ROOT, 'dist', 'apps', 'standalone', 'src', 'make-template.js'));
  const cli = join(ROOT, 'dist', 'apps', 'cli', 'src', 'main.js');
  const script = `
    const { makeTemplate } = await import(${JSON.stringify(standalone.href)});
    await makeTemplate(${JSON.stringify(cli)}, ${JSON.stringify(join(ROOT, draft))}).catch((error) => {
      if (error.name !== 'StartRefused') throw error;
    });`;
  run('--input-type=module', ['--eval', script]);
}

/** A tool's file. @throws Error when it is not installed */
function inPackages(...path) {
  const tool = join(ROOT, 'node_modules', ...path);
  if (!existsSync(tool)) throw new Error('The tools for building are not installed; run: npm ci');
  return tool;
}

/** Runs a program of Node. @throws Error with all that it said when it fails */
function run(program, args) {
  // Whoever builds, be it a test run: the web app is made for production.
  const env = { ...process.env, NODE_ENV: 'production' };
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    env,
  });
  if (status !== 0) throw new Error(`The build failed.\n${stdout}${stderr}`);
}

function isBuilt({ out, sources }) {
  const stamp = join(ROOT, out, STAMP);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === hashOf(sources());
}

/** By content, since copying and switching branches give files any time stamp. */
function hashOf(files) {
  const hash = createHash('sha256');
  for (const file of files) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(ROOT, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

const isProgram = (file) => file.endsWith('.ts') && !file.endsWith('.spec.ts');

/** In a fixed order; without what lies in the folders left out. */
function filesIn(folder, without = []) {
  if (without.includes(folder)) return [];
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesIn(path, without) : [path];
    });
}

function replaceBy(draft, out) {
  const old = `${draft}.old`;
  try {
    renameSync(out, old);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  try {
    renameSync(draft, out);
  } catch (error) {
    // Another build has come in between; it carries its own stamp.
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  }
  rmSync(old, { recursive: true, force: true });
}

/** A tool whose starter was killed may still be writing there. */
function removeDeadDrafts() {
  for (const folder of new Set(PARTS.map(({ out }) => join(ROOT, dirname(out))))) {
    for (const name of existsSync(folder) ? readdirSync(folder) : []) {
      const pid = DRAFT.exec(name)?.[1];
      if (!pid || isAlive(Number(pid))) continue;
      rmSync(join(folder, name), { recursive: true, force: true, maxRetries: 20, retryDelay: 20 });
    }
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
