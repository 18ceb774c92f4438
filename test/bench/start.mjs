import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { ROOT } from '../../apps/standalone/build.mjs';
import { median } from './figures.mjs';
import { temporaryFolder } from './processes.mjs';

const PATIENCE_MS = 120_000;

/**
 * `npm run bench -- start`: seconds from `npm start` on an empty data directory, after the build, to the first page, and
 * from there until the made-up district is loaded and everybody may sign in.
 */
export async function benchStart(options) {
  const rounds = [];
  while (rounds.length < Number(options.rounds ?? 5)) rounds.push(await startOnce());
  const rounded = (value) => Number(value.toFixed(2));
  for (const [shape, seconds] of [
    ['first page', rounds.map(({ page }) => page)],
    ['demo loaded after it', rounds.map(({ demo }) => demo)],
  ]) {
    console.log(`${shape}: ${seconds.map((value) => value.toFixed(2)).join(', ')} s`);
    const [least, greatest] = [Math.min(...seconds), Math.max(...seconds)];
    console.log(
      JSON.stringify({
        bench: 'start',
        shape,
        ours: rounded(median(seconds)),
        min: rounded(least),
        max: rounded(greatest),
        unit: 's',
      }),
    );
  }
}

async function startOnce() {
  const folder = temporaryFolder();
  const port = await freePort();
  const begin = performance.now();
  const child = spawn('npm', ['start'], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      DATA_DIR: folder.path,
      PORT: String(port),
      WORKER_PORT: '0',
      // A setting that is empty hides a developer's own .env.
      DATABASE_URL: '',
      MODE: '',
    },
    // A group of its own, to be ended as Ctrl-C at a terminal does it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
  const ended = new Promise((resolve) => child.once('close', resolve));
  try {
    const until = async (come) => {
      while (!(await come(port))) {
        if (child.exitCode !== null || performance.now() - begin > PATIENCE_MS)
          throw new Error(`It did not start:\n${said}`);
        await pause(10);
      }
      return (performance.now() - begin) / 1000;
    };
    const page = await until(answers);
    return { page, demo: (await until(demoIsLoaded)) - page };
  } finally {
    if (child.exitCode === null) process.kill(-child.pid, 'SIGINT');
    await ended;
    folder.remove();
  }
}

async function answers(port) {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/`);
    return response.ok && (await response.text()).length > 0;
  } catch {
    return false;
  }
}

async function demoIsLoaded(port) {
  // Seldom enough not to be in the way.
  await pause(100);
  const response = await fetch(`http://127.0.0.1:${port}/api/v1/demo/progress`);
  return (await response.json()).percent === null;
}

function freePort() {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
