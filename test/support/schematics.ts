import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { HostTree, type Tree } from '@angular-devkit/schematics';
import { SchematicTestRunner, UnitTestTree } from '@angular-devkit/schematics/testing/index.js';

const COLLECTION = join(import.meta.dirname, '../../dist/schematics/collection.json');
const compiled = createRequire(COLLECTION);

/** Of the compiled schematics, which are CommonJS: see `schematics/source/module.registration.ts`. */
export const { registered } = compiled(join(dirname(COLLECTION), 'source/module.registration.js')) as {
  registered(
    typescript: unknown,
    text: string,
    registrations: readonly object[],
  ): Readonly<{ text: string; problem: string | null }>;
};

/** The files of the application that these options ask for, without a tree. */
export function appFiles(options: object): readonly { readonly path: string; readonly text: string }[] {
  const { appChoice } = compiled(join(dirname(COLLECTION), 'app/app.options.js')) as AppOptions;
  const { appFiles: filesOf } = compiled(join(dirname(COLLECTION), 'app/app.files.js')) as AppFiles;
  return filesOf(appChoice(options));
}

interface AppOptions {
  appChoice(options: object): object;
}

interface AppFiles {
  appFiles(choice: object): readonly { readonly path: string; readonly text: string }[];
}

export interface Written {
  readonly tree: UnitTestTree;
  /** What the schematic said. */
  readonly said: readonly string[];
  /** Names of what it asked the devkit to do afterwards: `node-package` installs. */
  readonly tasks: readonly string[];
}

/** One for all runs, as it compiles the schema of a schematic once. It knows the tasks of its last run only. */
const runner = new SchematicTestRunner('nestjs-tasker', COLLECTION);

/** Runs a schematic of this package as the devkit does, with the defaults of its schema. */
export async function runSchematic(name: string, options: object, tree: Tree): Promise<Written> {
  const said: string[] = [];
  const listening = runner.logger.subscribe(({ message }) => said.push(message));
  try {
    const written = await runner.runSchematic(name, options, tree);
    return { tree: written, said, tasks: runner.tasks.map((task) => task.name) };
  } finally {
    listening.unsubscribe();
  }
}

/** The files that `nest new` of version 12 makes, as far as schematics look at them: ES modules, and Vitest. */
export function newNest12(files: Readonly<Record<string, string>> = {}): UnitTestTree {
  const manifest = {
    type: 'module',
    scripts: { test: 'vitest run', start: 'nest start' },
    dependencies: { '@nestjs/common': '^12.0.1', '@nestjs/core': '^12.0.1' },
    devDependencies: { typescript: '^6.0.2', vitest: '^4.1.2' },
  };
  return treeOf({ ...nestFiles(manifest, '.js'), ...files });
}

/** The same of version 11: CommonJS, and Jest. */
export function newNest11(files: Readonly<Record<string, string>> = {}): UnitTestTree {
  const manifest = {
    scripts: { test: 'jest', start: 'nest start' },
    dependencies: { '@nestjs/common': '^11.0.1', '@nestjs/core': '^11.0.1' },
    devDependencies: { typescript: '^5.7.3', jest: '^30.0.0', 'ts-jest': '^29.2.5' },
    jest: { rootDir: 'src', testRegex: '.*\\.spec\\.ts$', transform: { '^.+\\.(t|j)s$': 'ts-jest' } },
  };
  return treeOf({ ...nestFiles(manifest, ''), ...files });
}

export function treeOf(files: Readonly<Record<string, string>>): UnitTestTree {
  const tree = new UnitTestTree(new HostTree());
  for (const [path, text] of Object.entries(files)) tree.create(path, text);
  return tree;
}

/** Its files, by path. */
export function contentsOf(tree: UnitTestTree): Readonly<Record<string, string>> {
  return Object.fromEntries(tree.files.map((path) => [path, tree.readText(path)]));
}

function nestFiles(manifest: object, ending: string): Record<string, string> {
  return {
    'package.json': JSON.stringify(manifest, null, 2),
    'nest-cli.json': JSON.stringify({ collection: '@nestjs/schematics', sourceRoot: 'src' }),
    'src/app.module.ts': `import { Module } from '@nestjs/common';
import { AppService } from './app.service${ending}';

@Module({
  imports: [],
  providers: [AppService],
})
export class AppModule {}
`,
    'src/app.service.ts': `export class AppService {}\n`,
  };
}
