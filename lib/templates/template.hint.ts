import prerelease from 'semver/functions/prerelease.js';
import rcompare from 'semver/functions/rcompare.js';
import type { TaskTemplate } from '../workflow/task-template.js';
import { listNames, unknownName } from '../workflow/near.name.js';

/** Identifies one version of a task template. */
export type TemplateVersion = Pick<TaskTemplate, 'namespace' | 'name' | 'version'>;

/** A sentence that suggests which template the caller may have meant. */
export function hintFor({ namespace, name, version }: TemplateVersion, known: readonly TemplateVersion[]): string {
  const here = known.filter((each) => each.namespace === namespace);
  const versions = here.filter((each) => each.name === name).map((each) => each.version);
  if (versions.length > 0) return sentence(unknownName('version', version, versions.sort(rcompare)));
  const elsewhere = new Set(known.filter((each) => each.name === name).map((each) => each.namespace));
  const alsoIn = elsewhere.size === 0 ? '' : ` That name exists in: ${listNames(elsewhere)}.`;
  const unknown =
    here.length > 0
      ? unknownName('name', name, new Set(here.map((each) => each.name)))
      : unknownName('namespace', namespace, new Set(known.map((each) => each.namespace)));
  return `${sentence(unknown)}${alsoIn}`;
}

/** The highest release, or the highest pre-release if there is no release. */
export function latestOf(versions: Iterable<string>): string | undefined {
  const sorted = [...versions].sort(rcompare);
  return sorted.find((version) => prerelease(version) === null) ?? sorted[0];
}

function sentence(text: string): string {
  return `${text[0]!.toUpperCase()}${text.slice(1)}${text.endsWith('?') ? '' : '.'}`;
}
