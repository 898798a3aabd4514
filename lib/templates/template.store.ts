import type { EntityManager } from 'typeorm';
import type { JsonObject } from '../workflow/json.js';
import type { TemplateVersion } from './template.hint.js';

/** A stored template, without its document. */
export interface TemplateEntry extends TemplateVersion {
  readonly namedTaskId: string;
  /** The current revision of this version. */
  readonly revision: number;
  readonly description: string;
  readonly stepCount: number;
  /** Whether a running worker has a task handler for the template. */
  readonly hasTaskHandler: boolean;
}

/** Reads the stored templates. */
export interface TemplateStore {
  /** The templates that running workers have loaded. */
  offered(manager?: EntityManager): Promise<readonly TemplateEntry[]>;
  /** Those of these exact versions that were ever loaded. */
  find(asked: readonly TemplateVersion[], manager?: EntityManager): Promise<readonly TemplateEntry[]>;
  /** The canonical documents of templates, by the ids of their named tasks. */
  documents(namedTaskIds: readonly string[], manager?: EntityManager): Promise<ReadonlyMap<string, JsonObject>>;
}
