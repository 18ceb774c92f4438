import { readSettings, type Settings } from '#core/settings';
import { KEY_NAMES, makeKeys } from './keys.js';

/** What `npm start` adds to the settings that are given. */
export interface StandaloneSettings {
  /** All settings, checked; the ones that are still to be made stand in with values of the right form. */
  settings: Settings;
  /** The environment with MODE decided. */
  environment: NodeJS.ProcessEnv;
  /** Whether the database is to be started here. */
  embedded: boolean;
  /** Names of the keys to be made and kept beside the data: none in production. */
  missingKeys: (typeof KEY_NAMES)[number][];
}

/**
 * Decides what to start, before anything is touched.
 *
 * @throws BadSettings naming all that is wrong at once.
 */
export function readStandaloneSettings(given: NodeJS.ProcessEnv): StandaloneSettings {
  const isSet = (name: string) => Boolean(given[name]?.trim());
  const environment = { ...given, MODE: isSet('MODE') ? given.MODE : 'demo' };
  const embedded = !isSet('DATABASE_URL');
  const missingKeys = environment.MODE === 'demo' ? KEY_NAMES.filter((name) => !isSet(name)) : [];

  const standIns = makeKeys();
  const settings = readSettings({
    ...environment,
    ...(embedded ? { DATABASE_URL: 'postgres://127.0.0.1/to-be-started' } : {}),
    ...Object.fromEntries(missingKeys.map((name) => [name, standIns[name]])),
  });
  return { settings, environment, embedded, missingKeys };
}
