import { posix } from 'node:path';
import type { Tree } from '@angular-devkit/schematics';
import { Refusal, unreadable } from '../writing/refusal';

export type TestRunner = 'vitest' | 'jest';

/** The application that a schematic writes into. Paths are relative to the folder of the command. */
export interface HostProject {
  /** Folder of its own code: `src`, or `apps/shop/src` in a monorepo. */
  readonly sourceRoot: string;
  /** Import paths of ES modules end in `.js`. */
  readonly isEsm: boolean;
  /** Null if it has neither; no tests are written then. */
  readonly testRunner: TestRunner | null;
  readonly manifest: Manifest;
}

export interface Manifest {
  readonly type?: string;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly jest?: Readonly<Record<string, unknown>>;
}

/** The options with which the Nest CLI says where to write. */
export interface Place {
  readonly project?: string;
  readonly sourceRoot?: string;
}

interface NestConfiguration {
  readonly sourceRoot?: string;
  readonly projects?: Readonly<Record<string, { readonly sourceRoot?: string; readonly root?: string }>>;
}

/** @throws Refusal outside of a Nest application, and for a project that it does not have */
export function hostProject(tree: Tree, place: Place): HostProject {
  const manifest = readJson(tree, 'package.json') as Manifest | null;
  const nest = (readJson(tree, 'nest-cli.json') ?? readJson(tree, 'nest.json')) as NestConfiguration | null;
  if (manifest === null || (nest === null && !dependsOn(manifest, '@nestjs/core'))) {
    throw new Refusal('This is not the folder of a Nest application. Run the command where its package.json is.');
  }
  return {
    sourceRoot: sourceRootOf(tree, nest ?? {}, place),
    isEsm: manifest.type === 'module',
    testRunner: testRunnerOf(manifest),
    manifest,
  };
}

export function dependsOn(manifest: Manifest, name: string): boolean {
  return manifest.dependencies?.[name] !== undefined || manifest.devDependencies?.[name] !== undefined;
}

/** @throws Refusal if the file is not JSON; comments and trailing commas are ignored, as in the Nest CLI */
export function readJson(tree: Tree, path: string): unknown {
  if (!tree.exists(path)) return null;
  try {
    return tree.readJson(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function sourceRootOf(tree: Tree, nest: NestConfiguration, { project, sourceRoot }: Place): string {
  if (project !== undefined && project !== '') {
    const found = nest.projects?.[project];
    if (found === undefined) {
      const known = Object.keys(nest.projects ?? {}).join(', ');
      throw new Refusal(`nest-cli.json has no project "${project}"; it has ${known || 'none'}.`);
    }
    return posix.normalize(found.sourceRoot ?? posix.join(found.root ?? '', 'src'));
  }
  const chosen = sourceRoot ?? nest.sourceRoot ?? 'src';
  const folder = tree.getDir(chosen);
  if (folder.subfiles.length + folder.subdirs.length > 0) return posix.normalize(chosen);
  throw new Refusal(`There is no folder "${chosen}" here. Name the folder of your code with --source-root.`);
}

/** The test runner of the application: Vitest in a new one of Nest 12, Jest in one of Nest 11. */
function testRunnerOf(manifest: Manifest): TestRunner | null {
  const script = manifest.scripts?.test ?? '';
  for (const runner of ['vitest', 'jest'] as const) if (script.includes(runner)) return runner;
  for (const runner of ['vitest', 'jest'] as const) if (dependsOn(manifest, runner)) return runner;
  return null;
}
