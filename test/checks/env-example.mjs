/** .env.example names exactly the settings, in their order, and explains each. */
import { readFileSync } from 'node:fs';
import { SETTING_NAMES } from '../../dist/libs/core/src/index.js';

const paragraphs = readFileSync('.env.example', 'utf8')
  .trim()
  .split(/\n{2,}/);
const settings = paragraphs.slice(1).map((text) => {
  const lines = text.split('\n');
  return { name: /^([A-Z_]+)=/.exec(lines.at(-1))?.[1], explained: lines.length > 1 && lines[0].startsWith('# ') };
});
const names = settings.map(({ name }) => name);
const problems = [
  ...SETTING_NAMES.filter((name) => !names.includes(name)).map((name) => `${name} is missing`),
  ...names.filter((name) => !SETTING_NAMES.includes(name)).map((name) => `${name} is not a setting`),
  ...settings.filter(({ explained }) => !explained).map(({ name }) => `${name} is not explained`),
];
if (problems.length === 0 && names.join() !== SETTING_NAMES.join())
  problems.push('the order is not that of settings.ts');
for (const problem of problems) console.error(`.env.example: ${problem}`);
if (problems.length > 0) process.exitCode = 1;
