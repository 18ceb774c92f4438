/**
 * No file of the repository holds what is true on one machine alone: the folder of this checkout, this machine's name,
 * the registry that npm is set up with.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { hostname } from 'node:os';

const BIGGEST_TEXT = 5_000_000;

const run = (program, ...args) =>
  execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 64 * 1024 * 1024 });

const registry = new URL(process.env.npm_config_registry ?? run('npm', 'config', 'get', 'registry').trim());
// Short words, and names that every machine has, would be found everywhere and mean nothing.
const words = [process.cwd(), hostname(), registry.host].filter(
  (word) => word.length > 6 && !/^(localhost|127\.0\.0\.1)/.test(word) && !/^\/[^/]*$/.test(word),
);

const files = run('git', 'ls-files', '-z', '--cached', '--others', '--exclude-standard').split('\0').filter(Boolean);
const found = files.flatMap((file) => {
  const entry = statSync(file, { throwIfNoEntry: false });
  if (!entry?.isFile() || entry.size > BIGGEST_TEXT) return [];
  const text = readFileSync(file, 'utf8');
  return words.filter((word) => text.includes(word)).map((word) => `${file} holds ${word}`);
});
for (const line of found) console.error(line);
if (found.length > 0) process.exitCode = 1;
