import { Injectable } from '@nestjs/common';
import type { BackoffPolicy } from '../workflow/backoff.js';
import type { JsonObject } from '../workflow/json.js';
import type { StepLimits } from '../workflow/task-template.js';
import { Database } from './database.js';
import type { Session } from './session.js';

/** A step template as the database stores it; immutable under its id. */
export interface StoredStepTemplate {
  readonly id: string;
  readonly namespace: string;
  readonly task: string;
  readonly version: string;
  readonly name: string;
  readonly handler: string;
  readonly handlerConfig: JsonObject;
  readonly timeoutSeconds: number;
  readonly backoff: BackoffPolicy;
  readonly transactional: boolean;
}

/** One step of a template to be stored; positions count from 0 in the order of the steps. */
export interface NewStepTemplate {
  readonly name: string;
  readonly description: string;
  readonly dependentSystem: string;
  readonly parents: readonly number[];
  readonly minDepth: number;
  readonly isLeaf: boolean;
  readonly handler: string;
  readonly handlerConfig: JsonObject;
  readonly retryable: boolean;
  readonly retryLimit: number;
  readonly skippable: boolean;
  readonly timeoutSeconds: number;
  readonly backoff: BackoffPolicy;
  readonly queue: string;
  readonly priority: number;
  readonly transactional?: boolean;
  readonly limits?: (StepLimits & { readonly name: string }) | null;
}

export interface NewTemplate {
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly description: string;
  /** What it says. */
  readonly wording: JsonObject;
  /** Of the wording. */
  readonly fingerprint: string;
  /** What it was resolved to. */
  readonly configuration: JsonObject;
  readonly steps: readonly NewStepTemplate[];
  /** Whether a stored template that differs may be replaced. */
  readonly replace: boolean;
}

export interface RegisteredTemplate {
  readonly namedTaskId: string;
  /** See `sql/functions/register_template.sql`. */
  readonly outcome: 'created' | 'unchanged' | 'resolved' | 'replaced' | 'superseded' | 'changed';
  /** The current revision, when it was left as it is although it differs: `superseded` or `changed`. */
  readonly stored?: StoredTemplate;
}

/** What the database has under a namespace, name and version. */
export interface StoredTemplate {
  /** What it says; null where that was not stored yet. */
  readonly wording: JsonObject | null;
  /** What it was resolved to. */
  readonly configuration: JsonObject;
}

/** Rolls a registration back that answers `changed`. */
class Refused extends Error {}

/** Speaks the functions about task templates. */
@Injectable()
export class TemplateGateway {
  constructor(private readonly database: Database) {}

  /**
   * Makes templates known, all or none: when one of them is `changed`, nothing is stored. Processes that start at the
   * same time take turns.
   */
  async registerAll(templates: readonly NewTemplate[]): Promise<RegisteredTemplate[]> {
    const answers: RegisteredTemplate[] = [];
    try {
      await this.database.transaction(async (session) => {
        const lock = [`templates of ${this.database.schema}`];
        await this.database.query('select pg_advisory_xact_lock(hashtext($1))', lock, session);
        for (const template of templates) answers.push(await this.register(template, session));
        if (answers.some(({ outcome }) => outcome === 'changed')) throw new Refused();
      });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
    return answers;
  }

  private register(template: NewTemplate, session: Session): Promise<RegisteredTemplate> {
    return this.database.call(
      'register_template',
      [
        template.namespace,
        template.name,
        template.version,
        template.description,
        JSON.stringify(template.wording),
        template.fingerprint,
        JSON.stringify(template.configuration),
        JSON.stringify(template.steps),
        template.replace,
      ],
      session,
    );
  }

  /** The step templates of these ids and all others of their task templates' revisions, so that parents are known too. */
  async findStepTemplates(ids: readonly string[]): Promise<StoredStepTemplate[]> {
    const rows = await this.database.query<
      StoredStepTemplate & { handler_config: JsonObject; timeout_seconds: number }
    >(
      `select st.id, ns.name as namespace, nt.name as task, nt.version, n.name, st.handler, st.handler_config,
         st.timeout_seconds, st.backoff, st.transactional
       from __schema__.named_tasks_named_steps asked
       join __schema__.named_tasks_named_steps st
         on st.named_task_id = asked.named_task_id and st.revision = asked.revision
       join __schema__.named_tasks nt on nt.named_task_id = st.named_task_id
       join __schema__.task_namespaces ns on ns.task_namespace_id = nt.task_namespace_id
       join __schema__.named_steps n on n.named_step_id = st.named_step_id
       where asked.id = any ($1)`,
      [ids],
    );
    return rows.map(({ handler_config: handlerConfig, timeout_seconds: timeoutSeconds, ...row }) => ({
      ...row,
      handlerConfig,
      timeoutSeconds,
    }));
  }
}
