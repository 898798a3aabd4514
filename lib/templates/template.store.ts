import type { EntityManager } from 'typeorm';
import type { JsonObject } from '../workflow/json.js';
import type { TemplateVersion } from './template.hint.js';

/** A template as the database has it, without its document. */
export interface TemplateEntry extends TemplateVersion {
  readonly namedTaskId: string;
  /** The current one under this version. */
  readonly revision: number;
  readonly description: string;
  readonly stepCount: number;
  /** A running worker has a task handler for it. */
  readonly hasTaskHandler: boolean;
}

/** What the database knows of templates. */
export interface TemplateStore {
  /** The templates that running workers have loaded. */
  offered(manager?: EntityManager): Promise<readonly TemplateEntry[]>;
  /** Those of these exact versions that anybody ever loaded. */
  find(asked: readonly TemplateVersion[], manager?: EntityManager): Promise<readonly TemplateEntry[]>;
  /** The canonical documents of templates, by the ids of their named tasks. */
  documents(namedTaskIds: readonly string[], manager?: EntityManager): Promise<ReadonlyMap<string, JsonObject>>;
}
