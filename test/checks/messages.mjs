/**
 * Every message of the web app stands in Chinese and in English, with the same parameters, and every message that a
 * page asks for by name is there. (What the audit log says is compared in audit-words.spec.ts.)
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SOURCES = 'apps/web/src';
const SHARED = 'shared';
const problems = [];

/** Messages by their path, such as `state.loading`. */
function flat(messages, prefix = '') {
  return Object.entries(messages).flatMap(([key, value]) =>
    typeof value === 'string' ? [[prefix + key, value]] : flat(value, `${prefix}${key}.`),
  );
}

/** Of each form that a sentence has: English says one thing otherwise than several, Chinese does not. */
const parametersOf = (sentence) =>
  sentence.split(' | ').map((form) => String([...form.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort()));

/** Compares the pairs of a folder; gives all its Chinese messages. */
function readMessages(area) {
  const folder = join(SOURCES, area, 'messages');
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const all = new Map();
  for (const name of names.filter((each) => each.endsWith('zh.json'))) {
    const read = (file) => new Map(flat(JSON.parse(readFileSync(join(folder, file), 'utf8'))));
    const other = name.replace('zh.json', 'en.json');
    const [zh, en] = [read(name), names.includes(other) ? read(other) : new Map()];
    for (const key of new Set([...zh.keys(), ...en.keys()])) {
      const [ours, theirs] = [zh.get(key), en.get(key)];
      if (!ours?.trim() || !theirs?.trim()) problems.push(`${join(folder, ours ? other : name)} lacks ${key}`);
      else if (new Set([...parametersOf(ours), ...parametersOf(theirs)]).size > 1)
        problems.push(`${folder}: ${key} has other parameters in ${other} than in ${name}`);
      all.set(key, ours);
    }
  }
  return all;
}

function filesIn(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(vue|ts)$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

const areas = readdirSync(SOURCES, { withFileTypes: true }).filter((entry) => entry.isDirectory());
const messages = new Map(areas.map(({ name }) => [name, readMessages(name)]));
for (const [area, own] of messages) {
  for (const file of filesIn(join(SOURCES, area))) {
    for (const [, key] of readFileSync(file, 'utf8').matchAll(/(?<![\w.])\$?t\(\s*'([\w-]+(?:\.[\w-]+)*)'/g)) {
      if (!own.has(key) && !messages.get(SHARED).has(key)) problems.push(`${file} asks for ${key}, which is not there`);
    }
  }
}
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
