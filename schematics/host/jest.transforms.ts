import type { SchematicContext, Tree } from '@angular-devkit/schematics';
import { formattedAsBefore } from '../writing/formatting';
import type { HostProject } from './host.project';
import { changeJson, changeManifest } from './manifest.file';

/** This package, which generated tests load. */
const TASKER = 'nestjs-tasker';
/** Jest's default. */
const DEFAULT_PATTERNS = ['/node_modules/'];

/** The configuration of the end-to-end tests that `nest new` 11 writes. */
const E2E = 'test/jest-e2e.json';

type Configuration = Readonly<Record<string, unknown>>;

/**
 * Lets Jest of a CommonJS application load packages that are ES modules: sets `transformIgnorePatterns` in its package.json and in the
 * configuration of its end-to-end tests. The host's own patterns, and a configuration elsewhere, are not changed; a line says what to add.
 */
export async function transformByJest(
  tree: Tree,
  context: SchematicContext,
  { testRunner, isEsm, manifest: { jest } }: HostProject,
  others: readonly string[] = [],
): Promise<void> {
  if (testRunner !== 'jest' || isEsm) return;
  const packages = [TASKER, ...others];
  const extended = jest === undefined ? null : extendPatterns(jest, packages);
  if (extended !== null) {
    changeManifest(tree, (manifest) => {
      manifest.jest = extended;
    });
  }
  let isDone = extended !== null;
  if (tree.exists(E2E)) {
    const before = tree.readText(E2E);
    const isChanged = changeJson(tree, E2E, (configuration) => {
      const wanted = extendPatterns(configuration, packages);
      isDone &&= wanted !== null;
      Object.assign(configuration, wanted);
    });
    if (isChanged) tree.overwrite(E2E, await formattedAsBefore(E2E, before, tree.readText(E2E)));
  }
  if (isDone) return;
  context.logger.warn(
    `Let Jest transform ES modules, in its configuration: transformIgnorePatterns: [${JSON.stringify(patternFor(packages))}]`,
  );
}

/** The configuration with the patterns that are needed; null if its patterns are the host's own. */
function extendPatterns(configuration: Configuration, packages: readonly string[]): Configuration | null {
  const patterns = (configuration.transformIgnorePatterns ?? DEFAULT_PATTERNS) as readonly string[];
  if (packages.every((name) => isTransformed(patterns, name))) return configuration;
  const known = packagesOf(patterns);
  if (known === null) return null;
  return { ...configuration, transformIgnorePatterns: [patternFor([...new Set([...known, ...packages])])] };
}

/** The folder of a package below `.pnpm` also begins with its name. */
function patternFor(packages: readonly string[]): string {
  return `/node_modules/(?!(\\.pnpm/)?(${packages.join('|')}))`;
}

/** The packages of a pattern that this function, or the documentation, wrote; null for other patterns. */
function packagesOf(patterns: readonly string[]): readonly string[] | null {
  if (patterns.length === 1 && patterns[0] === DEFAULT_PATTERNS[0]) return [];
  const [, names] = /^\/node_modules\/\(\?!\(\\\.pnpm\/\)\?\(?([\w|-]+?)\)?\)$/.exec(patterns.join(' ')) ?? [];
  return names?.split('|') ?? null;
}

function isTransformed(patterns: readonly string[], name: string): boolean {
  return !patterns.some((pattern) => new RegExp(pattern).test(`/app/node_modules/${name}/index.js`));
}
