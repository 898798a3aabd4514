import { availableParallelism } from 'node:os';

const shared = {
  runner: '<rootDir>/test/support/jest/native.runner.js',
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/build', '<rootDir>/bench/peers'],
};

/** One project a kind of test. */
const project = (name) => ({ ...shared, displayName: name, testMatch: [`<rootDir>/test/${name}/**/*.spec.ts`] });

/** Needs PostgreSQL. Jest runs the set-up once for all of these, and not at all when only unit tests were selected. */
const databaseProject = (name) => ({
  ...project(name),
  globalSetup: '<rootDir>/test/support/global-setup.js',
  globalTeardown: '<rootDir>/test/support/global-teardown.js',
});

export default {
  projects: [project('unit'), ...['integration', 'e2e', 'chaos'].map(databaseProject)],
  testSequencer: '<rootDir>/test/support/jest/longest-first.sequencer.js',
  testTimeout: 60_000,
  maxWorkers: Math.min(availableParallelism(), 3) + 1, // a test often waits for PostgreSQL
};
