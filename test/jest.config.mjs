import { JOINED } from './support/joined-packages.mjs';

/** Everything that belongs to `npm test`; the tests that take long have a configuration of their own beside this. */
export default {
  rootDir: '..',
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/test'],
  testMatch: ['<rootDir>/{apps,libs}/**/*.spec.ts', '<rootDir>/test/{stories,races,access,web}/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
  setupFiles: ['reflect-metadata'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.[jt]s$': '@swc/jest' },
  // These packages come as ES modules only and are required by others that are not.
  transformIgnorePatterns: ['/node_modules/(?!(content-disposition|cookie)/)', '<rootDir>/dist/'],
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    [`^(${JOINED.join('|')})$`]: '<rootDir>/build/packages/$1.mjs',
  },
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  testTimeout: 30_000,
  // Most of a test's time is spent waiting for the programs that it started; one at a time leaves a core idle.
  maxWorkers: 2,
  watchman: false,
};
