import { Injectable } from '@nestjs/common';
import rcompare from 'semver/functions/rcompare.js';
import type { TaskTemplate } from '../workflow/task-template.js';
import { templateLabel } from '../workflow/task-template.js';
import { TaskerError } from '../workflow/tasker.error.js';
import { hintFor, latestOf } from './template.hint.js';
import { UnknownTemplateError } from './unknown-template.error.js';

/** Stands for the highest release of a template, in place of a version. */
export const LATEST = 'latest';

/** Two templates were registered under one namespace, name and version. */
export class DuplicateTemplateError extends TaskerError {
  readonly code = 'TASKER_DUPLICATE_TEMPLATE';

  constructor(readonly template: TaskTemplate) {
    super(`The task template ${templateLabel(template)} is already registered. Give one of the two another version.`);
  }
}

/** The templates of this process. */
@Injectable()
export class TemplateRegistry {
  /** Templates by namespace, then name, then version. */
  private readonly namespaces = new Map<string, Map<string, Map<string, TaskTemplate>>>();

  /** @throws DuplicateTemplateError, unless the same object is registered again */
  register(template: TaskTemplate): void {
    const { namespace, name, version } = template;
    const known = this.find(namespace, name, version);
    if (known !== undefined && known !== template) throw new DuplicateTemplateError(template);
    const names = getOrAdd(this.namespaces, namespace, new Map<string, Map<string, TaskTemplate>>());
    getOrAdd(names, name, new Map<string, TaskTemplate>()).set(version, template);
  }

  /**
   * @param version an exact version, or `latest`: the highest release, or the highest pre-release if there is no
   *   release
   */
  find(namespace: string, name: string, version: string): TaskTemplate | undefined {
    const versions = this.namespaces.get(namespace)?.get(name);
    return versions?.get(version === LATEST ? (latestOf(versions.keys()) ?? version) : version);
  }

  /** @throws UnknownTemplateError, which suggests similar names */
  get(namespace: string, name: string, version: string): TaskTemplate {
    const template = this.find(namespace, name, version);
    if (template !== undefined) return template;
    throw new UnknownTemplateError(namespace, name, version, hintFor({ namespace, name, version }, this.list()));
  }

  /** All templates by namespace and name, the highest version of each first. */
  list(): readonly TaskTemplate[] {
    return [...this.namespaces.keys()]
      .sort()
      .flatMap((namespace) =>
        [...this.namespaces.get(namespace)!.keys()]
          .sort()
          .flatMap((name) => this.versionsOf(namespace, name).map((version) => this.find(namespace, name, version)!)),
      );
  }

  /** The versions of a template, highest first; empty if it is unknown. */
  versionsOf(namespace: string, name: string): readonly string[] {
    return [...(this.namespaces.get(namespace)?.get(name)?.keys() ?? [])].sort(rcompare);
  }
}

function getOrAdd<V>(map: Map<string, V>, key: string, added: V): V {
  const value = map.get(key) ?? added;
  map.set(key, value);
  return value;
}
