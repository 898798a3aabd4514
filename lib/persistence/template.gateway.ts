import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { BackoffPolicy } from '../workflow/backoff.js';
import type { JsonObject } from '../workflow/json.js';
import type { StepLimits } from '../workflow/task-template.js';
import { Database } from './database.js';
import { patiently } from './start.patience.js';
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
  /** Null if the template has no sensitive data. */
  readonly sensitive: SensitiveStepData | null;
}

/** The JSON paths of the sensitive values of a step. Both may be empty, if only the context has such values. */
export interface SensitiveStepData {
  readonly results: readonly string[];
  readonly errors: readonly string[];
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
  readonly sensitive?: SensitiveStepData;
}

export interface NewTemplate {
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly description: string;
  /** The template as written. */
  readonly wording: JsonObject;
  /** The hash of the wording. */
  readonly fingerprint: string;
  /** The resolved template. */
  readonly configuration: JsonObject;
  readonly steps: readonly NewStepTemplate[];
  /** Whether a stored template that differs may be replaced. */
  readonly replace: boolean;
}

export interface RegisteredTemplate {
  readonly namedTaskId: string;
  /** See `sql/functions/register_template.sql`. */
  readonly outcome: 'created' | 'unchanged' | 'resolved' | 'replaced' | 'superseded' | 'changed';
  /** The current revision, if it differs but was kept: `superseded` or `changed`. */
  readonly stored?: StoredTemplate;
}

/** The stored template with a namespace, name and version. */
export interface StoredTemplate {
  /** The template as written; null if it was stored by a release that did not keep this text. */
  readonly wording: JsonObject | null;
  /** The resolved template. */
  readonly configuration: JsonObject;
}

/** Identifies one version of a task template. */
interface TemplateVersion {
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
}

interface TemplateRow extends TemplateVersion {
  readonly namedTaskId: string;
  /** The current revision of this version. */
  readonly revision: number;
  readonly description: string;
  readonly stepCount: number;
  /** Whether a running worker has a task handler for the template. */
  readonly hasTaskHandler: boolean;
}

const TEMPLATES = `
  select nt.named_task_id::text as "namedTaskId", ns.name as namespace, nt.name, nt.version, nt.revision,
    coalesce(nt.description, '') as description, nt.step_count as "stepCount", $handled as "hasTaskHandler"
  from __schema__.named_tasks nt join __schema__.task_namespaces ns on ns.task_namespace_id = nt.task_namespace_id`;

/** Rolls back a registration with the outcome `changed`. */
class Refused extends Error {}

/** How long a process waits for its turn to register templates, in milliseconds. */
const TURN_MS = 60_000;

/** Calls the SQL functions for task templates. */
@Injectable()
export class TemplateGateway {
  constructor(private readonly database: Database) {}

  /**
   * Stores templates, all or none: if one of them is `changed`, nothing is stored. Processes that start at the same
   * time take turns.
   */
  registerAll(templates: readonly NewTemplate[]): Promise<RegisteredTemplate[]> {
    return patiently('store the task templates', () => this.tryToRegister(templates));
  }

  private async tryToRegister(templates: readonly NewTemplate[]): Promise<RegisteredTemplate[]> {
    const answers: RegisteredTemplate[] = [];
    try {
      await this.database.transaction(async (session) => {
        const lock = [`templates of ${this.database.schema}`];
        await this.database.query('select pg_advisory_xact_lock(hashtext($1))', lock, session);
        for (const template of templates) answers.push(await this.register(template, session));
        if (answers.some(({ outcome }) => outcome === 'changed')) throw new Refused();
      }, TURN_MS);
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

  /**
   * Returns the templates that running workers have loaded.
   * @throws AnswerTooLargeError
   */
  offered(manager?: EntityManager): Promise<TemplateRow[]> {
    return this.database.queryWhole(
      `${TEMPLATES} join (
         select loaded.id, bool_or(loaded.id = any (w.handled_template_ids)) as has_task_handler
         from __schema__.workers w cross join lateral unnest(w.template_ids) as loaded (id)
         where w.lost_at is null and w.stopped_at is null
           and w.last_heartbeat_at >= now() - make_interval(secs => w.lease_seconds)
         group by loaded.id
       ) offer on offer.id = nt.named_task_id`.replace('$handled', 'offer.has_task_handler'),
      [],
      manager,
    );
  }

  /**
   * Returns those of the versions that are in the database.
   * @throws AnswerTooLargeError
   */
  find(asked: readonly TemplateVersion[], manager?: EntityManager): Promise<TemplateRow[]> {
    return this.database.queryWhole(
      `${TEMPLATES} join unnest($1::text[], $2::text[], $3::text[]) as asked (namespace, name, version)
         on asked.namespace = ns.name and asked.name = nt.name and asked.version = nt.version`.replace(
        '$handled',
        'false',
      ),
      [asked.map(({ namespace }) => namespace), asked.map(({ name }) => name), asked.map(({ version }) => version)],
      manager,
    );
  }

  /**
   * Returns the resolved templates, by the ids of their named tasks.
   * @throws AnswerTooLargeError
   */
  async documents(namedTaskIds: readonly string[], manager?: EntityManager): Promise<ReadonlyMap<string, JsonObject>> {
    const rows = await this.database.queryWhole<{ id: string; document: JsonObject }>(
      `select named_task_id::text as id, configuration as document from __schema__.named_tasks
       where named_task_id = any ($1)`,
      [namedTaskIds],
      manager,
    );
    return new Map(rows.map(({ id, document }) => [id, document]));
  }

  /**
   * Returns the step templates with these ids, and all others of the same revisions, so that parents are included.
   * Reads as many per answer as fit, at least one: a claim is in progress, and the process needs all of them.
   */
  async findStepTemplates(ids: readonly string[]): Promise<StoredStepTemplate[]> {
    const found: StoredStepTemplate[] = [];
    for (let hasMore = true; hasMore;) {
      const after = found.at(-1)?.id ?? '0';
      const rows = await this.database.query<StepTemplateRow>(STEP_TEMPLATES, [ids, after, this.database.maxReadBytes]);
      for (const { hasMore: _, ...template } of rows) found.push(template);
      hasMore = rows.at(-1)?.hasMore ?? false;
    }
    return found;
  }
}

interface StepTemplateRow extends StoredStepTemplate {
  /** Whether some did not fit. */
  readonly hasMore: boolean;
}

/** The size of the fixed fields and names, in bytes. */
const STEP_TEMPLATE_BYTES = 4_096;

const STEP_TEMPLATES = `
  with asked as (
    select distinct x.named_task_id, x.revision from __schema__.named_tasks_named_steps x where x.id = any ($1)
  ), measured as (
    select st.id,
      sum(${STEP_TEMPLATE_BYTES} + octet_length(st.handler_config::text)) over (order by st.id) as bytes,
      row_number() over (order by st.id) as place, count(*) over () as count
    from asked join __schema__.named_tasks_named_steps st using (named_task_id, revision)
    where st.id > $2
  )
  select st.id, ns.name as namespace, nt.name as task, nt.version, n.name, st.handler,
    st.handler_config as "handlerConfig", st.timeout_seconds as "timeoutSeconds", st.backoff, st.transactional,
    st.sensitive, max(m.place) over () < m.count as "hasMore"
  from measured m
  join __schema__.named_tasks_named_steps st on st.id = m.id
  join __schema__.named_tasks nt on nt.named_task_id = st.named_task_id
  join __schema__.task_namespaces ns on ns.task_namespace_id = nt.task_namespace_id
  join __schema__.named_steps n on n.named_step_id = st.named_step_id
  where m.bytes <= $3 or m.place = 1
  order by st.id`;
