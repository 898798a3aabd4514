const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
          keepClassNames: true,
        },
        module: { type: 'es6' },
      },
    ],
  },
  moduleNameMapper: {
    '^nestjs-tasker$': '<rootDir>/lib/index.ts',
    '^nestjs-tasker/graphql$': '<rootDir>/lib/graphql/index.ts',
    '^nestjs-tasker/testing$': '<rootDir>/lib/testing/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/build'],
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
