import { Injectable } from '@nestjs/common';
import rcompare from 'semver/functions/rcompare.js';
import { TemplateDirectory, type TemplateListing } from '../templates/template.directory.js';
import { hintFor } from '../templates/template.hint.js';
import { LATEST } from '../templates/template.registry.js';
import { UnknownTemplateError } from '../templates/unknown-template.error.js';
import type { JsonObject, JsonValue } from '../workflow/json.js';
import { checkScope } from '../workflow/task.scope.check.js';
import { hasTemplate, type TaskScope } from '../workflow/task.scope.js';
import { templateLabel, type StepTemplate, type TaskTemplate } from '../workflow/task-template.js';
import { UnknownNamespaceError } from './insight.errors.js';
import { graphOf, type StepGraph } from './step.graph.js';

/** A namespace, with the number of its templates. */
export interface NamespaceOutline {
  readonly name: string;
  /** The number of distinct names of task templates. */
  readonly templateCount: number;
}

/** A task template without its steps. */
export interface TemplateOutline {
  readonly namespace: string;
  readonly name: string;
  /** The versions, highest first. */
  readonly versions: readonly string[];
  /**
   * The highest version that running workers have loaded, or, if there are none, this process. Releases rank before
   * pre-releases.
   */
  readonly latestVersion: string;
  /** The description of the latest version. */
  readonly description: string;
  /** The number of steps of the latest version. */
  readonly stepCount: number;
}

/** A task template, without values in the configuration of its steps that may be secret. */
export interface TemplateDocument extends TaskTemplate {
  /** `namespace/name@version`. */
  readonly fullName: string;
  /** All versions, highest first. */
  readonly versions: readonly string[];
  readonly graph: StepGraph;
}

/**
 * Lists the task templates that this process or running workers have loaded. Templates out of scope, and their
 * namespaces, do not exist for the caller; the scope's conditions on tasks are ignored.
 */
@Injectable()
export class TemplateReader {
  constructor(private readonly directory: TemplateDirectory) {}

  /** Returns the namespaces by name. */
  async namespaces(scope: TaskScope | null = null): Promise<readonly NamespaceOutline[]> {
    const names = new Map<string, Set<string>>();
    for (const { namespace, name } of await this.listings(scope)) {
      names.set(namespace, (names.get(namespace) ?? new Set()).add(name));
    }
    return [...names].map(([name, templates]) => ({ name, templateCount: templates.size }));
  }

  /**
   * Returns the templates of a namespace, by name.
   * @throws UnknownNamespaceError
   */
  async list(namespace: string, scope: TaskScope | null = null): Promise<readonly TemplateOutline[]> {
    const listings = await this.listingsIn(namespace, scope);
    return [...new Set(listings.map(({ name }) => name))].map((name) => {
      const versions = listings.filter((each) => each.name === name);
      const latestVersion = this.latestVersion(namespace, name, scope)!;
      const { description, stepCount } = versions.find(({ version }) => version === latestVersion)!;
      return {
        namespace,
        name,
        versions: versions.map(({ version }) => version),
        latestVersion,
        description,
        stepCount,
      };
    });
  }

  /**
   * @param version an exact version or `latest`; an exact one is found as long as it is in the database
   * @throws UnknownNamespaceError, UnknownTemplateError
   */
  async get(
    namespace: string,
    name: string,
    version: string = LATEST,
    scope: TaskScope | null = null,
  ): Promise<TemplateDocument> {
    const found = await this.find(namespace, name, version, scope);
    if (found) return found;
    const hint = hintFor({ namespace, name, version }, await this.listingsIn(namespace, scope));
    throw new UnknownTemplateError(namespace, name, version, hint);
  }

  /** Like `get`, but returns null for an unknown template. */
  async find(
    namespace: string,
    name: string,
    version: string = LATEST,
    scope: TaskScope | null = null,
  ): Promise<TemplateDocument | null> {
    const listings = (await this.listings(scope)).filter((each) => each.namespace === namespace && each.name === name);
    const versions = listings.map((listing) => listing.version);
    const exact = version === LATEST ? this.latestVersion(namespace, name, scope) : version;
    if (exact === undefined || !hasTemplate(scope, { namespace, name, version: exact })) return null;
    const recalled = await this.directory.recall({ namespace, name, version: exact });
    if (!recalled) return null;
    const { template } = recalled;
    return {
      ...template,
      fullName: templateLabel(template),
      versions: versions.includes(template.version) ? versions : [...versions, template.version].sort(rcompare),
      steps: template.steps.map(withoutSecrets),
      graph: graphOf(template.steps),
    };
  }

  /** @throws UnknownNamespaceError */
  private async listingsIn(namespace: string, scope: TaskScope | null): Promise<readonly TemplateListing[]> {
    const all = await this.listings(scope);
    const here = all.filter((listing) => listing.namespace === namespace);
    if (here.length > 0) return here;
    throw new UnknownNamespaceError(namespace, [...new Set(all.map((listing) => listing.namespace))]);
  }

  /** @throws InvalidScopeError */
  private async listings(scope: TaskScope | null): Promise<readonly TemplateListing[]> {
    checkScope(scope);
    return (await this.directory.list()).filter((listing) => hasTemplate(scope, listing));
  }

  private latestVersion(namespace: string, name: string, scope: TaskScope | null): string | undefined {
    return this.directory.latestVersion(namespace, name, (template) => hasTemplate(scope, template));
  }
}

const REDACTED = '[redacted]';

/** Keys that usually contain secrets. Secrets in variables are not in the template at all. */
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
