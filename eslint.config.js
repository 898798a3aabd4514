import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** What plain JavaScript may use without importing it; TypeScript knows for itself. */
const nodeGlobals = Object.fromEntries(
  'Buffer URL URLSearchParams clearInterval clearTimeout console fetch globalThis performance process setImmediate setInterval setTimeout structuredClone'
    .split(' ')
    .map((name) => [name, 'readonly']),
);

/** Served to browsers as it is, by the dashboard. */
const browserGlobals = Object.fromEntries(
  'AbortController AbortSignal CustomEvent Event EventSource FormData HTMLElement URL URLSearchParams clearInterval clearTimeout confirm console customElements document fetch history localStorage location navigator queueMicrotask requestAnimationFrame sessionStorage setInterval setTimeout window'
    .split(' ')
    .map((name) => [name, 'readonly']),
);

/**
 * A leading underscore says that a name is there for its place only; of the `OPTIONS_TYPE` that Nest's module builder
 * gives, only the type is wanted.
 */
const UNUSED = { argsIgnorePattern: '^_', varsIgnorePattern: '^_|_TYPE$', caughtErrors: 'none' };

export default defineConfig(
  // What checks types cannot see the peers of the benchmark, a package of its own that is installed on demand, nor clients whose
  // types a test generates, nor an application that is installed elsewhere.
  {
    ignores: [
      'dist/',
      'build/',
      'coverage/',
      '.tmp/',
      'schematics/**/files/',
      'bench/peers/',
      'test/clients/',
      'test/packed/commonjs/',
    ],
  },
  js.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-unused-vars': ['error', UNUSED],
    },
  },

  { files: ['**/*.{js,mjs,cjs}'], languageOptions: { globals: nodeGlobals } },
  { files: ['**/*.cjs'], languageOptions: { globals: { __filename: 'readonly' } } },
  { files: ['lib/dashboard/**/*.js'], languageOptions: { globals: browserGlobals } },

  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', UNUSED],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],

      // A row type or a request type is often one field that has a name of its own to be read by.
      '@typescript-eslint/consistent-type-definitions': 'off',
      // Nest modules, and providers that only pass on, are classes without members.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      // Said once with the reason beside it, `!` is clearer than a branch that cannot happen.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // Arrow functions that end in a call without a result are how handlers are written.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // An empty string is often meant to be no string.
      '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: { string: true } }],
      // `[...text]` takes a text apart by code points, as intended.
      '@typescript-eslint/no-misused-spread': ['error', { allow: [{ from: 'lib', name: 'string' }] }],
      // A callback that has nothing to do.
      '@typescript-eslint/no-empty-function': 'off',
      // Some options of Nest are classes in name only, and given as plain objects everywhere.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // An async method that awaits nothing keeps a contract: it turns what it throws into a rejection.
      '@typescript-eslint/require-await': 'off',
      // `type: X` and `type?: X | undefined` say different things under exactOptionalPropertyTypes.
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
    },
  },

  {
    files: ['lib/**/*.ts'],
    rules: {
      'no-restricted-syntax': ['error', { selector: 'ExportDefaultDeclaration', message: 'Export by name.' }],
      'no-console': 'error',
    },
  },
  // What the command line prints is its result.
  { files: ['lib/cli/**/*.ts'], rules: { 'no-console': 'off' } },

  {
    files: ['test/**/*.ts'],
    rules: {
      // `expect(mock.method)` takes the method without its object on purpose.
      '@typescript-eslint/unbound-method': 'off',
      // Rows and response bodies have no type; that the test passes is the check.
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      // Tests of types are written in types that nothing else would want.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/no-generated-empty-object-type': 'off',
    },
  },
);
