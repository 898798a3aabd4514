import { publicNames, swcOptions } from './test/support/swc.js';

const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', swcOptions] },
  moduleNameMapper: {
    ...Object.fromEntries(Object.entries(publicNames).map(([name, file]) => [`^${name}$`, `<rootDir>/${file}`])),
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  modulePathIgnorePatterns: ['<rootDir>/dist/(?!schematics)', '<rootDir>/build', '<rootDir>/bench/peers'],
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
  testTimeout: 30_000,
  maxWorkers: 2,
};
