import { fromSetup } from './test-database.js';

/** Settings by name; what is not named has its default. */
export type GivenSettings = Record<string, string>;

/** The settings of a program or module under test: the keys of the run, any free ports, a quiet log. */
export function testSettings(databaseUrl: string, more: GivenSettings = {}): GivenSettings {
  return {
    MODE: 'demo',
    PORT: '0',
    LOG_LEVEL: 'warn',
    DATABASE_URL: databaseUrl,
    ...(JSON.parse(fromSetup('TEST_KEYS')) as GivenSettings),
    ...more,
  };
}
