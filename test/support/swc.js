/** How TypeScript becomes JavaScript in tests, under Jest and in the processes that tests start: what tsconfig.json says. */
export const swcOptions = {
  jsc: {
    target: 'es2023',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    keepClassNames: true,
  },
  module: { type: 'es6' },
};

/** The package by its public name is its source, so that no test runs against an old build. */
export const publicNames = {
  'nestjs-tasker': 'lib/index.ts',
  'nestjs-tasker/graphql': 'lib/graphql/index.ts',
  'nestjs-tasker/passport': 'lib/passport/index.ts',
  'nestjs-tasker/testing': 'lib/testing/index.ts',
};
