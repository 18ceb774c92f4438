import 'reflect-metadata';
import { existsSync } from 'node:fs';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { SETTING_NAMES, Settings } from './settings.js';

/** Thrown by {@link readSettings}; `message` names every setting that is wrong, one a line. */
export class BadSettings extends Error {
  constructor(readonly problems: string[]) {
    super(
      `${problems.length === 1 ? 'One setting is' : `${problems.length} settings are`} wrong (see .env.example):\n` +
        problems.map((problem) => `  - ${problem}`).join('\n'),
    );
    this.name = 'BadSettings';
  }
}

/** The environment with `.env` of the working folder behind it; what is set outside wins. */
export function readEnvironment(): NodeJS.ProcessEnv {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}

/**
 * Reads and validates all settings.
 *
 * @throws BadSettings naming all that is wrong at once.
 */
export function readSettings(environment: NodeJS.ProcessEnv = readEnvironment()): Settings {
  const given: Record<string, string> = {};
  for (const name of SETTING_NAMES) {
    const value = environment[name]?.trim();
    if (value) given[name] = value;
  }
  const settings = plainToInstance(Settings, given, { exposeDefaultValues: true });
  const problems = validateSync(settings, { stopAtFirstError: true }).flatMap((error) =>
    Object.values(error.constraints ?? {}),
  );
  if (settings.MODE === 'production') problems.push(...unfitForProduction(settings));
  if (problems.length > 0) throw new BadSettings(problems);
  return Object.freeze(settings);
}

/** A key whose digits repeat was typed as a placeholder, not made by a generator. */
const looksMadeUp = (key: string) => new Set(key.toLowerCase()).size < 8;

function unfitForProduction(settings: Settings): string[] {
  const problems: string[] = [];
  if (settings.SMS_CHANNEL === 'log') {
    problems.push('SMS_CHANNEL=log writes sign-in codes into the log and is for MODE=demo only; set webhook.');
  }
  const keys = [
    ['HASHING_KEY', settings.HASHING_KEY],
    ['TOKEN_KEY', settings.TOKEN_KEY],
    ...(settings.SEALING_KEYS ?? '').split(',').map((pair) => ['SEALING_KEYS', pair.split(':')[1]]),
  ];
  for (const [name, key] of keys) {
    if (key && KEY_FORM.test(key) && looksMadeUp(key)) {
      problems.push(`${name} holds a placeholder; make a real key with: openssl rand -hex 32`);
    }
  }
  return problems;
}

const KEY_FORM = /^[0-9a-f]{64}$/i;
