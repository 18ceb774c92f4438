import quick from './jest.config.mjs';

/** `npm run screens`: pictures of every page, for people to look at; see test/screens. */
export default {
  ...quick,
  testMatch: ['<rootDir>/test/screens/*.shots.ts'],
  testTimeout: 120_000,
};
