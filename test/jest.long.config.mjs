import quick from './jest.config.mjs';

/** Tests that kill, wear out and try everything; their database writes through to the disk. */
export default {
  ...quick,
  testMatch: ['<rootDir>/test/{faults,long}/**/*.test.ts'],
  globals: { durableDatabase: true },
  testTimeout: 120_000,
};
