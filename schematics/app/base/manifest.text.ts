import type { Versions } from '../../host/nest.versions';
import { OWN_PACKAGE } from '../../host/own.package';
import { neededPackages } from '../../nest-add/needed.packages';
import type { NewFile } from '../../writing/write.files';
import type { AppChoice } from '../app.options';
import { OBSERVABILITY_PACKAGES } from './observability.text';

/** As `nest new` 12 writes them. */
const NEST: Versions = {
  '@nestjs/common': '^12.0.1',
  '@nestjs/core': '^12.0.1',
  '@nestjs/platform-express': '^12.0.1',
  'reflect-metadata': '^0.2.2',
  rxjs: '^7.8.1',
};

const TOOLS: Versions = {
  '@nestjs/cli': '^12.0.0',
  '@nestjs/schematics': '^12.0.0',
  '@types/node': '^24.0.0',
  oxlint: '^1.58.0',
  'oxlint-tsgolint': '^7.0.2001',
  prettier: '^3.4.2',
  typescript: '^6.0.2',
};

const TEST_TOOLS: Versions = {
  '@nestjs/testing': '^12.0.1',
  '@vitest/coverage-v8': '^4.1.2',
  vitest: '^4.1.2',
};

export function manifestFile({ name, graphql, observability, tests }: AppChoice): NewFile {
  // A PostgreSQL for development is included even without tests.
  const ours = neededPackages({ manifest: { dependencies: NEST }, testRunner: 'vitest' }, { graphql });
  const manifest = {
    name,
    version: '0.0.1',
    private: true,
    license: 'UNLICENSED',
    type: 'module',
    scripts: scriptsFor(tests),
    dependencies: sorted({
      ...NEST,
      ...ours.dependencies,
      ...(observability ? OBSERVABILITY_PACKAGES : {}),
      [OWN_PACKAGE.name]: `^${OWN_PACKAGE.version}`,
    }),
    devDependencies: sorted({ ...TOOLS, ...(tests ? TEST_TOOLS : {}), ...ours.devDependencies }),
  };
  return { path: 'package.json', text: `${JSON.stringify(manifest, null, 2)}\n` };
}

function scriptsFor(tests: boolean): Versions {
  const sources = tests ? ['src', 'test'] : ['src'];
  return {
    build: 'nest build',
    format: `prettier --write ${sources.map((folder) => `"${folder}/**/*.ts"`).join(' ')}`,
    start: 'nest start',
    'start:dev': 'nest start --watch',
    'start:debug': 'nest start --debug --watch',
    'start:prod': 'node dist/main',
    lint: `oxlint --type-aware ${sources.map((folder) => `${folder}/`).join(' ')}`,
    ...(tests ? { test: 'vitest run', 'test:watch': 'vitest', 'test:cov': 'vitest run --coverage' } : {}),
    acceptance: 'nest build && node scripts/acceptance.mjs',
    'tasker:types': 'nestjs-tasker types',
    'tasker:validate': 'nestjs-tasker validate config/tasker/tasks',
    'tasker:database': 'nestjs-tasker dev-database',
  };
}

function sorted(packages: Versions): Versions {
  return Object.fromEntries(Object.entries(packages).sort(([one], [other]) => (one < other ? -1 : 1)));
}
