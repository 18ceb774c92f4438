import long from './jest.long.config.mjs';

/** Tests of how long something takes, which say something of the platform only where nothing else runs beside it. */
export default {
  ...long,
  testMatch: ['<rootDir>/test/timed/**/*.test.ts'],
  maxWorkers: 1,
};
