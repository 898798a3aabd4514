/** An application as the Nest CLI 11 makes it, of CommonJS and with ts-jest: builds it, starts it and runs its tests. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { install, manifest, node, problemOf, writeJson } from './packed-host.mjs';
import { progress, ROOT, ScriptError } from './script.mjs';

const SOURCES = join(ROOT, 'test/packed/commonjs');

const NEST_APPLICATION = {
  '@nestjs/common': '11.2.10',
  '@nestjs/core': '11.2.10',
  '@nestjs/platform-express': '11.2.10',
  'reflect-metadata': manifest.devDependencies['reflect-metadata'],
  rxjs: manifest.devDependencies.rxjs,
};
const TOOLS = {
  '@nestjs/cli': '11.0.24',
  '@nestjs/testing': '11.2.6',
  '@types/jest': '30.0.0',
  '@types/node': manifest.devDependencies['@types/node'],
  jest: '30.5.2',
  'ts-jest': '29.4.15',
  typescript: '5.9.3',
};

/** As the Nest CLI writes it, but for the last line: what docs/production.md says of CommonJS. */
const JEST = {
  moduleFileExtensions: ['js', 'json', 'ts'],
  rootDir: 'src',
  testRegex: '.*\\.spec\\.ts$',
  transform: { '^.+\\.(t|j)s$': 'ts-jest' },
  testEnvironment: 'node',
  transformIgnorePatterns: ['/node_modules/(?!(\\.pnpm/)?nestjs-tasker)'],
};

/**
 * Answers its folder.
 * @throws ScriptError
 */
export function buildCommonJsHost(workspace, tarball) {
  progress('Nest 11 with CommonJS: installing the package into an application');
  const directory = join(workspace, 'commonjs');
  cpSync(SOURCES, directory, { recursive: true });
  const { typeorm, pg } = manifest.devDependencies;
  const added = { [manifest.name]: `file:${tarball}`, typeorm, pg };
  // Versions of peers that nobody named must be found: `npm install nestjs-tasker typeorm pg` is all it takes.
  describe(directory, added);
  install(directory, '--package-lock-only');
  // The one for Nest 11, as Jest of a CommonJS application cannot load 12.
  describe(directory, { ...added, '@nestjs/typeorm': '11.0.3' });
  install(directory);

  expectSuccess('is not built', directory, ['node_modules/@nestjs/cli/bin/nest.js', 'build']);
  return directory;
}

/** @throws ScriptError */
export function checkCommonJsHost(directory, databaseUrl, program) {
  const env = { DATABASE_URL: databaseUrl };
  expectSuccess(`does not run under ${program}`, directory, ['dist/main'], env, program);
  expectSuccess(`fails its tests under ${program}`, directory, ['node_modules/jest/bin/jest.js'], env, program);
  progress(`Nest 11 with CommonJS: the application runs a task and passes its tests under ${program}`);
}

function describe(directory, added) {
  const dependencies = { ...NEST_APPLICATION, ...added };
  writeJson(join(directory, 'package.json'), { private: true, dependencies, devDependencies: TOOLS, jest: JEST });
}

function expectSuccess(failure, directory, command, env, program) {
  const problem = problemOf(() => node(command, directory, env, program));
  if (problem !== undefined) throw new ScriptError(`An application of CommonJS ${failure}:\n${problem}`);
}
