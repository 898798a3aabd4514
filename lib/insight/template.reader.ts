import { Injectable } from '@nestjs/common';
import { LATEST, TemplateRegistry } from '../templates/template.registry.js';
import type { JsonObject, JsonValue } from '../workflow/json.js';
import type { StepTemplate, TaskTemplate } from '../workflow/task-template.js';
import { UnknownNamespaceError } from './insight.errors.js';
import { graphOf, type StepGraph } from './step.graph.js';

export interface NamespaceOutline {
  readonly name: string;
  /** Distinct names of task templates. */
  readonly templateCount: number;
}

export interface TemplateOutline {
  readonly namespace: string;
  readonly name: string;
  /** Highest first. */
  readonly versions: readonly string[];
  /** The highest release, or the highest pre-release where there is no release. */
  readonly latestVersion: string;
  /** Of the latest version, as the following. */
  readonly description: string;
  readonly stepCount: number;
}

/** A task template as the processes run it; what may be secret in the configuration of its steps is left out. */
export interface TemplateDocument extends TaskTemplate {
  /** `namespace/name@version`. */
  readonly fullName: string;
  readonly versions: readonly string[];
  readonly graph: StepGraph;
}

/** Answers which task templates this process knows. */
@Injectable()
export class TemplateReader {
  constructor(private readonly registry: TemplateRegistry) {}

  /** By name. */
  namespaces(): readonly NamespaceOutline[] {
    const names = new Map<string, Set<string>>();
    for (const { namespace, name } of this.registry.list()) {
      names.set(namespace, (names.get(namespace) ?? new Set()).add(name));
    }
    return [...names].map(([name, templates]) => ({ name, templateCount: templates.size }));
  }

  /**
   * The templates of a namespace, by name.
   * @throws UnknownNamespaceError
   */
  list(namespace: string): readonly TemplateOutline[] {
    return this.namesIn(namespace).map((name) => {
      const { version, description, steps } = this.registry.get(namespace, name, LATEST);
      const versions = this.registry.versionsOf(namespace, name);
      return { namespace, name, versions, latestVersion: version, description, stepCount: steps.length };
    });
  }

  /**
   * @param version exact, or `latest`
   * @throws UnknownNamespaceError, UnknownTemplateError
   */
  get(namespace: string, name: string, version: string = LATEST): TemplateDocument {
    this.namesIn(namespace);
    const template = this.registry.get(namespace, name, version);
    return {
      ...template,
      fullName: `${namespace}/${name}@${template.version}`,
      versions: this.registry.versionsOf(namespace, name),
      steps: template.steps.map(withoutSecrets),
      graph: graphOf(template.steps),
    };
  }

  /** As `get`, but null for a template that this process does not know. */
  find(namespace: string, name: string, version: string = LATEST): TemplateDocument | null {
    return this.registry.find(namespace, name, version) ? this.get(namespace, name, version) : null;
  }

  /** @throws UnknownNamespaceError */
  private namesIn(namespace: string): readonly string[] {
    const all = this.registry.list();
    const names = all.filter((template) => template.namespace === namespace).map(({ name }) => name);
    if (names.length > 0) return [...new Set(names)];
    throw new UnknownNamespaceError(namespace, [...new Set(all.map((template) => template.namespace))]);
  }
}

const REDACTED = '[redacted]';

/** Names under which secrets are usually kept. Those that stand in variables are not in the template at all. */
const SECRET = /secret|token|passw|credential|authorization|cookie|api.?key|private.?key/i;

function withoutSecrets(step: StepTemplate): StepTemplate {
  return { ...step, handlerConfig: redact(step.handlerConfig) as JsonObject };
}

function redact(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(redact);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value as JsonObject);
  return Object.fromEntries(entries.map(([key, member]) => [key, SECRET.test(key) ? REDACTED : redact(member)]));
}
