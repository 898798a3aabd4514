import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';

/** The house plan: a room may import what its row lists, and itself. The order of the rows is the order of the rooms. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  workflow: [],
  options: ['workflow'],
  events: ['workflow', 'options'],
  persistence: ['workflow', 'options'],
  background: ['workflow', 'options', 'persistence'],
  templates: ['workflow', 'options'],
  handlers: ['workflow', 'options', 'templates'],
  protection: ['workflow', 'options', 'persistence', 'background', 'templates'],
  engine: ['workflow', 'options', 'events', 'persistence', 'background', 'templates', 'handlers', 'protection'],
  insight: ['workflow', 'options', 'persistence', 'templates'],
  live: ['workflow', 'options', 'events', 'persistence', 'background'],
  webhooks: ['workflow', 'options', 'persistence', 'background', 'engine', 'live'],
  telemetry: ['workflow', 'options', 'events'],
  audit: ['workflow', 'options', 'persistence', 'background'],
  'rate-limits': ['workflow', 'options', 'persistence'],
  auth: ['workflow', 'options', 'persistence', 'audit', 'rate-limits'],
  api: ['workflow', 'options', 'auth', 'engine', 'live', 'webhooks'],
  rest: [
    'workflow',
    'options',
    'audit',
    'rate-limits',
    'auth',
    'api',
    'events',
    'engine',
    'insight',
    'live',
    'webhooks',
    'telemetry',
  ],
  graphql: [
    'workflow',
    'options',
    'events',
    'audit',
    'rate-limits',
    'auth',
    'api',
    'engine',
    'insight',
    'live',
    'telemetry',
  ],
  dashboard: ['options', 'auth'],
  passport: ['workflow', 'auth'],
  embedded: ['workflow', 'options'],
  cli: allBut('rest', 'graphql', 'dashboard', 'cli', 'testing'),
  testing: allBut('rest', 'graphql', 'dashboard', 'cli', 'testing'),
};

/** The files of the root compose the rooms, and no room knows them. */
const ROOT_FILES = ['index.ts', 'tasker.module.ts', 'tasker.worker.ts'];
const ENTRY_POINTS = ['index.ts', 'graphql/index.ts', 'passport/index.ts', 'testing/index.ts'];

/** What an entry point needs beyond the required peers: peers that only its users have. */
const OWN_PEERS: Readonly<Record<string, readonly string[]>> = {
  'graphql/index.ts': ['@nestjs/graphql', 'graphql'],
  'passport/index.ts': ['@nestjs/passport'],
};

const root = join(import.meta.dirname, '../..');
const lib = join(root, 'lib');
/** What was read, by path: many closures lead to the same file. */
const read = new Map<string, readonly Import[]>();
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;

describe('the rooms of lib', () => {
  const imports = importsBelow(lib);

  it('each have a row in the house plan', () => {
    const directories = readdirSync(lib, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(directories.map(({ name }) => name).filter((name) => !(name in ROOMS))).toEqual([]);
  });

  it('import only the rooms that their row lists', () => {
    const trespassing = imports.filter(({ file, target }) => target !== undefined && !mayImport(file, target));
    expect(trespassing.map(said)).toEqual([]);
  });

  it('keep the running of steps apart from what is asked of tasks', () => {
    const wrong = imports.filter(({ file, target }) => {
      return file.startsWith('engine/steps/') && target?.startsWith('engine/tasks/');
    });
    expect(wrong.map(said)).toEqual([]);
  });

  it('leave workflow free of any package', () => {
    const packages = imports.filter(({ file, target }) => roomOf(file) === 'workflow' && target === undefined);
    expect(packages.map(said)).toEqual([]);
  });

  it('have an index.ts only where the package has an entry point', () => {
    const indexes = filesBelow(lib).filter((file) => file.endsWith('index.ts'));
    expect(indexes.filter((file) => !ENTRY_POINTS.includes(file))).toEqual([]);
  });
});

describe.each(ENTRY_POINTS)('the entry point %s', (entry) => {
  it('needs no package at load but dependencies and required peers', () => {
    const allowed = [...requiredPackages(), ...(OWN_PEERS[entry] ?? [])];
    const packages = closureOf(entry).filter(({ target, specifier }) => {
      return target === undefined && !specifier.startsWith('node:') && !allowed.includes(packageOf(specifier));
    });
    expect(packages.map(said)).toEqual([]);
  });
});

describe('the main entry point', () => {
  // Each package more makes every process of every host start later: load it by `import()` where an option opens its part, or see
  // `templates/lazy.packages.cjs`.
  it('loads no package at start but those', () => {
    const packages = closureOf('index.ts').filter(({ target }) => target === undefined);
    const names = packages.map(({ specifier }) => specifier).filter((specifier) => !specifier.startsWith('node:'));
    expect([...new Set(names)].sort()).toEqual([
      '@nestjs/common',
      '@nestjs/common/constants.js',
      '@nestjs/core',
      '@nestjs/core/helpers/execution-context-host.js',
      '@nestjs/typeorm',
      'reflect-metadata',
      'rxjs',
      'semver/functions/gt.js',
      'semver/functions/prerelease.js',
      'semver/functions/rcompare.js',
      'typeorm',
    ]);
  });

  it('needs every required peer but the driver of PostgreSQL, which TypeORM loads', () => {
    const loaded = closureOf('index.ts').map(({ specifier }) => packageOf(specifier));
    const peers = requiredPackages().filter((name) => !(name in manifest.dependencies) && !loaded.includes(name));
    expect(peers).toEqual(['pg']);
  });
});

describe('the sample application', () => {
  it('knows the package by its public name only', () => {
    const inside = join(root, 'sample-app');
    const leaving = importsBelow(inside).filter(({ target }) => target?.startsWith('..'));
    expect(leaving.map(said)).toEqual([]);
  });
});

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

interface Import {
  /** Both relative to the directory that was read, with `/`; the target is undefined when it is a package. */
  readonly file: string;
  readonly target: string | undefined;
  readonly specifier: string;
  /** Whether Node follows it when the file is loaded: not a type, not an `import()`. */
  readonly atLoad: boolean;
}

const said = ({ file, specifier }: Import): string => `${file} imports ${specifier}`;

function allBut(...names: readonly string[]): readonly string[] {
  const all =
    'workflow options embedded events persistence background templates handlers engine insight live webhooks telemetry audit rate-limits auth rest graphql dashboard';
  return all.split(' ').filter((name) => !names.includes(name));
}

/** Undefined for the files of the root. */
const roomOf = (file: string): string | undefined => (file.includes('/') ? file.split('/')[0] : undefined);

function mayImport(file: string, target: string): boolean {
  const from = roomOf(file);
  if (from === undefined) return !target.startsWith('..');
  if (ROOT_FILES.includes(target)) return false;
  const to = roomOf(target);
  return to === from || (to !== undefined && ROOMS[from]?.includes(to) === true);
}

function requiredPackages(): readonly string[] {
  const { dependencies, peerDependencies, peerDependenciesMeta = {} } = manifest;
  const required = Object.keys(peerDependencies).filter((name) => peerDependenciesMeta[name]?.optional !== true);
  return [...Object.keys(dependencies), ...required];
}

const packageOf = (specifier: string): string => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');

/** What Node loads, directly and indirectly, when somebody imports the file. */
function closureOf(entry: string): readonly Import[] {
  const seen = new Set<string>();
  const visit = (file: string): readonly Import[] => {
    if (seen.has(file)) return [];
    seen.add(file);
    const atLoad = importsOf(lib, file).filter((each) => each.atLoad);
    return atLoad.flatMap((each) => (each.target === undefined ? [each] : visit(each.target)));
  };
  return visit(entry);
}

function importsBelow(directory: string): readonly Import[] {
  return filesBelow(directory).flatMap((file) => importsOf(directory, file));
}

function filesBelow(directory: string): readonly string[] {
  if (!existsSync(directory)) return [];
  const all = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  return all.filter((file) => file.endsWith('.ts')).map((file) => file.split(sep).join('/'));
}

function importsOf(directory: string, file: string): readonly Import[] {
  const path = join(directory, file);
  const found = read.get(path) ?? parsedImports(directory, file);
  read.set(path, found);
  return found;
}

function parsedImports(directory: string, file: string): readonly Import[] {
  const source = ts.createSourceFile(file, readFileSync(join(directory, file), 'utf8'), ts.ScriptTarget.Latest);
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, atLoad: boolean): void => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return;
    found.push({ file, specifier: specifier.text, atLoad, target: targetOf(directory, file, specifier.text) });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node))
      add(node.moduleSpecifier, node.importClause?.phaseModifier !== ts.SyntaxKind.TypeKeyword);
    if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, !node.isTypeOnly);
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], false);
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, false);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function targetOf(directory: string, file: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const target = relative(directory, join(directory, dirname(file), specifier));
  return target.split(sep).join('/').replace(/\.js$/, '.ts');
}
