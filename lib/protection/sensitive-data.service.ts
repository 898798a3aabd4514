import { createHmac } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { TASKER_OPTIONS } from '../options/options.module.js';
import type { ResolvedOptions } from '../options/resolve.options.js';
import type { NewTaskExtra } from '../persistence/task.gateway.js';
import { SensitiveValueGateway, type StoredSensitiveValues } from '../persistence/sensitive-value.gateway.js';
import { jsonPath, jsonPaths, valueAt, type JsonPath } from '../templates/json.path.js';
import type { JsonObject, JsonValue } from '../workflow/json.js';
import { templateLabel, type SensitiveData, type TaskTemplate } from '../workflow/task-template.js';
import { KeyRing } from './key.ring.js';
import { MissingSubjectSecretError, UnreadableSensitiveDataError } from './protection.errors.js';
import { seal, unseal, type DocumentPlace } from './sealed.content.js';
import { takeOut, type TakenValue } from './taken.values.js';

/** The context of a new task, as it is stored. */
export interface RedactedContext {
  readonly context: JsonObject;
  readonly taken: readonly TakenValue[];
  /** What is stored beside it. */
  readonly extra: Pick<NewTaskExtra, 'sensitive' | 'subject'>;
}

/** The results of a step without their sensitive values, and these as they are stored. */
export interface RedactedResults {
  readonly results: JsonValue;
  readonly sensitive: string | null;
}

/** Takes sensitive values out of documents that are stored, and reads what was taken out. */
@Injectable()
export class SensitiveDataService {
  /** Compiled once: templates are immutable. */
  private readonly compiled = new WeakMap<readonly string[], JsonPath>();
  private readonly subjects = new WeakMap<SensitiveData, JsonPath>();

  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: Pick<ResolvedOptions, 'sensitiveData'>,
    private readonly keys: KeyRing,
    private readonly gateway: SensitiveValueGateway,
  ) {}

  /** @throws MissingSubjectSecretError */
  check(templates: readonly TaskTemplate[]): void {
    const about = templates.filter(({ sensitiveData }) => (sensitiveData?.subject ?? null) !== null);
    if (about.length > 0 && this.options.sensitiveData.subjectSecret === null) {
      throw new MissingSubjectSecretError(about.map(templateLabel));
    }
  }

  redactContext(template: TaskTemplate, context: JsonObject): RedactedContext {
    const { sensitiveData, namespace, name } = template;
    if (!sensitiveData) return { context, taken: [], extra: {} };
    const { document, taken } = takeOut(context, this.pathOf(sensitiveData.context));
    const sensitive = this.textOf(taken, contextOf(namespace, name));
    const subject = this.subjectIn(context, sensitiveData);
    return {
      context: document as JsonObject,
      taken,
      extra: { ...(sensitive !== null && { sensitive }), ...(subject !== null && { subject }) },
    };
  }

  /** The context as it would be stored, where its sensitive values are not needed. */
  withoutValues({ sensitiveData }: TaskTemplate, context: JsonObject): JsonObject {
    if (!sensitiveData) return context;
    return takeOut(context, this.pathOf(sensitiveData.context)).document as JsonObject;
  }

  /** The results that a person gives to a step. If there is no such step, the action will be refused. */
  async redactGiven(taskId: string, step: string, results: JsonValue): Promise<RedactedResults> {
    const found = results === null ? null : await this.gateway.stepOf(taskId, step);
    if (!found?.sensitive) return { results, sensitive: null };
    return this.redactResults(results, found.sensitive.results, resultsOf(found.namespace, found.task, found.name));
  }

  redactResults(results: JsonValue, paths: readonly string[], place: DocumentPlace): RedactedResults {
    if (paths.length === 0) return { results, sensitive: null };
    const { document, taken } = takeOut(results, this.pathOf(paths));
    return { results: document, sensitive: this.textOf(taken, place) };
  }

  /** The compiled form of paths that a template has. */
  pathOf(paths: readonly string[]): JsonPath {
    let path = this.compiled.get(paths);
    if (!path) this.compiled.set(paths, (path = jsonPaths(paths)));
    return path;
  }

  /** @throws DataKeyUnavailableError, UnreadableSensitiveDataError */
  async read({ keyId, content }: StoredSensitiveValues, place: DocumentPlace): Promise<readonly TakenValue[]> {
    if (keyId === null) return parsed(content.toString('utf8'), place);
    const key = await this.keys.find(keyId);
    if (key === null) throw new UnreadableSensitiveDataError(keyId, place.join('/'));
    return parsed(unseal(content, key, place), place);
  }

  /** Values as they are stored now, with the current key. */
  stored(taken: readonly TakenValue[], place: DocumentPlace): StoredSensitiveValues {
    const text = JSON.stringify(taken);
    const key = this.keys.current;
    return key ? { keyId: key.id, content: seal(text, key, place) } : { keyId: null, content: Buffer.from(text) };
  }

  /** The hash, in Base64, by which the tasks about a person are found; null if there is no secret. */
  hashOf(subject: string): string | null {
    const { subjectSecret } = this.options.sensitiveData;
    return subjectSecret === null ? null : createHmac('sha256', subjectSecret).update(subject).digest('base64');
  }

  private textOf(taken: readonly TakenValue[], place: DocumentPlace): string | null {
    if (taken.length === 0) return null;
    const { keyId, content } = this.stored(taken, place);
    return JSON.stringify({ keyId, content: content.toString('base64') });
  }

  /** The hash of whom the context is about. A number counts as its text: `17` and `"17"` are the same person. */
  private subjectIn(context: JsonObject, sensitiveData: SensitiveData): string | null {
    if (sensitiveData.subject === null) return null;
    let path = this.subjects.get(sensitiveData);
    if (!path) this.subjects.set(sensitiveData, (path = jsonPath(sensitiveData.subject)));
    const [location] = path.in(context);
    const value = location && valueAt(context, location);
    return typeof value === 'string' || typeof value === 'number' ? this.hashOf(String(value)) : null;
  }
}

/** The place of the context of a task. */
export function contextOf(namespace: string, task: string): DocumentPlace {
  return [namespace, task, 'context'];
}

/** The place of the results of a step. */
export function resultsOf(namespace: string, task: string, step: string): DocumentPlace {
  return [namespace, task, `results/${step}`];
}

function parsed(text: string, place: DocumentPlace): readonly TakenValue[] {
  try {
    const values: unknown = JSON.parse(text);
    if (!Array.isArray(values) || !values.every(isTakenValue)) throw new TypeError('they are no list of values');
    return values;
  } catch (error) {
    throw new UnreadableSensitiveDataError(null, place.join('/'), error);
  }
}

function isTakenValue(value: unknown): value is TakenValue {
  return Array.isArray(value) && value.length === 2 && Array.isArray(value[0]);
}
