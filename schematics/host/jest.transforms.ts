import type { SchematicContext, Tree } from '@angular-devkit/schematics';
import type { HostProject } from './host.project';
import { changeManifest } from './manifest.file';

/** Ours, as generated tests load it. */
const TASKER = 'nestjs-tasker';
/** What Jest does when nothing is said. */
const DEFAULT_PATTERNS = ['/node_modules/'];

/**
 * Lets Jest of a CommonJS application load packages of ES modules, by the `transformIgnorePatterns` of its package.json. Patterns
 * of the host's own, and a configuration elsewhere, stay as they are: then it is said what they need.
 */
export function transformByJest(
  tree: Tree,
  context: SchematicContext,
  { testRunner, isEsm, manifest: { jest } }: HostProject,
  others: readonly string[] = [],
): void {
  if (testRunner !== 'jest' || isEsm) return;
  const packages = [TASKER, ...others];
  if (jest !== undefined) {
    const patterns = (jest.transformIgnorePatterns ?? DEFAULT_PATTERNS) as readonly string[];
    if (packages.every((name) => isTransformed(patterns, name))) return;
    const known = packagesOf(patterns);
    if (known !== null) {
      const transformIgnorePatterns = [patternFor([...new Set([...known, ...packages])])];
      changeManifest(tree, (manifest) => {
        manifest.jest = { ...jest, transformIgnorePatterns };
      });
      return;
    }
  }
  context.logger.warn(
    `Let Jest transform ES modules, in its configuration: transformIgnorePatterns: [${JSON.stringify(patternFor(packages))}]`,
  );
}

/** Below `.pnpm` the folder of a package is named after it, too. */
function patternFor(packages: readonly string[]): string {
  return `/node_modules/(?!(\\.pnpm/)?(${packages.join('|')}))`;
}

/** The packages of a pattern as we write it, or as our documentation says; null for other patterns. */
function packagesOf(patterns: readonly string[]): readonly string[] | null {
  if (patterns.length === 1 && patterns[0] === DEFAULT_PATTERNS[0]) return [];
  const [, names] = /^\/node_modules\/\(\?!\(\\\.pnpm\/\)\?\(?([\w|-]+?)\)?\)$/.exec(patterns.join(' ')) ?? [];
  return names?.split('|') ?? null;
}

function isTransformed(patterns: readonly string[], name: string): boolean {
  return !patterns.some((pattern) => new RegExp(pattern).test(`/app/node_modules/${name}/index.js`));
}
