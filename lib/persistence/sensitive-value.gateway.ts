import { Injectable } from '@nestjs/common';
import { soughtName } from '../workflow/input.checks.js';
import { Database, type Speaker } from './database.js';
import type { SensitiveStepData } from './template.gateway.js';

/** The sensitive values of one document, as they are stored. */
export interface StoredSensitiveValues {
  /** Null if the content is not encrypted. */
  readonly keyId: string | null;
  readonly content: Buffer;
}

export interface SensitiveValuesOfTask extends StoredSensitiveValues {
  readonly taskId: string;
  /** The step whose results they belong to; null for the context of the task. */
  readonly step: { readonly id: string; readonly name: string } | null;
}

/** A step and the marks of its template. */
export interface MarkedStep {
  readonly namespace: string;
  /** The name of the task template. */
  readonly task: string;
  readonly name: string;
  readonly sensitive: SensitiveStepData | null;
}

/** Values with the template of their task. */
export interface LocatedSensitiveValues extends SensitiveValuesOfTask {
  readonly namespace: string;
  /** The name of the task template. */
  readonly task: string;
}

interface Row extends Pick<StoredSensitiveValues, 'keyId'> {
  /** In Base64. */
  readonly content: string;
  readonly taskId: string;
  readonly stepId: string;
  readonly step: string | null;
}

const ROWS = `
  select v.task_id::text as "taskId", v.workflow_step_id::text as "stepId", n.name as step, v.key_id as "keyId",
    encode(v.content, 'base64') as content
  from __schema__.sensitive_values v
  left join __schema__.workflow_steps s on s.workflow_step_id = v.workflow_step_id
  left join __schema__.named_steps n on n.named_step_id = s.named_step_id`;

/** Reads and replaces the values that are kept apart from their documents. */
@Injectable()
export class SensitiveValueGateway {
  constructor(private readonly database: Database) {}

  /** The values that these steps need: those of the contexts of their tasks, and of the results of their parents. */
  async ofClaims(steps: readonly { readonly id: string; readonly taskId: string }[]): Promise<SensitiveValuesOfTask[]> {
    const rows = await this.database.query<Row>(
      `${ROWS} where v.task_id = any ($1) and (v.workflow_step_id = 0 or v.workflow_step_id in (
         select e.from_step_id from __schema__.workflow_step_edges e where e.to_step_id = any ($2)
       ))`,
      [[...new Set(steps.map(({ taskId }) => taskId))], steps.map(({ id }) => id)],
    );
    return rows.map(valuesOf);
  }

  /** All values of a task. */
  async ofTask(taskId: string, speaker?: Speaker): Promise<SensitiveValuesOfTask[]> {
    const rows = await this.database.query<Row>(`${ROWS} where v.task_id = $1`, [taskId], speaker);
    return rows.map(valuesOf);
  }

  /** The ids of the tasks about the person with this hash, in ascending order. */
  async tasksOf(subjectHash: Buffer): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `select d.task_id::text as id from __schema__.data_subjects d
       where d.subject_hash = decode($1, 'base64') order by d.task_id`,
      [subjectHash.toString('base64')],
    );
    return rows.map(({ id }) => id);
  }

  /** The step of a task with this name or id; null if there is none. */
  async stepOf(taskId: string, step: string): Promise<MarkedStep | null> {
    const [found] = await this.database.query<MarkedStep>(
      `select ns.name as namespace, nt.name as task, n.name, st.sensitive
       from __schema__.workflow_steps s
       join __schema__.named_steps n on n.named_step_id = s.named_step_id
       join __schema__.named_tasks_named_steps st on st.id = s.step_template_id
       join __schema__.named_tasks nt on nt.named_task_id = st.named_task_id
       join __schema__.task_namespaces ns on ns.task_namespace_id = nt.task_namespace_id
       where s.task_id = $1 and (n.name = $2 or s.workflow_step_id::text = $2)
       order by n.name = $2 desc limit 1`,
      [taskId, soughtName(step)],
    );
    return found ?? null;
  }

  /** The ids of the keys that values are encrypted with; null among them if some are not encrypted. */
  async keysInUse(): Promise<(string | null)[]> {
    // Reads one row for each key instead of all.
    const rows = await this.database.query<{ id: string | null }>(
      `with recursive used as (
         (select v.key_id as id from __schema__.sensitive_values v where v.key_id is not null order by v.key_id limit 1)
         union all
         select (
           select v.key_id from __schema__.sensitive_values v where v.key_id > u.id order by v.key_id limit 1
         ) from used u where u.id is not null
       )
       select u.id from used u where u.id is not null
       union all
       select null where exists (select from __schema__.sensitive_values v where v.key_id is null)`,
      [],
    );
    return rows.map(({ id }) => id);
  }

  /** Values with this key in the order of their tasks, after the given ones; null for those that are not encrypted. */
  async ofKey(
    keyId: string | null,
    after: SensitiveValuesOfTask | null,
    limit: number,
  ): Promise<LocatedSensitiveValues[]> {
    const rows = await this.database.query<Row & { namespace: string; task: string }>(
      `select v.*, ns.name as namespace, nt.name as task
       from (
         ${ROWS}
         where ${keyId === null ? 'v.key_id is null and $1::text is null' : 'v.key_id = $1'}
           and (v.task_id, v.workflow_step_id) > ($2::bigint, $3::bigint)
         order by v.task_id, v.workflow_step_id limit $4
       ) v
       join __schema__.tasks t on t.task_id = v."taskId"::bigint
       join __schema__.named_tasks nt on nt.named_task_id = t.named_task_id
       join __schema__.task_namespaces ns on ns.task_namespace_id = nt.task_namespace_id
       order by v."taskId"::bigint, v."stepId"::bigint`,
      [keyId, after?.taskId ?? '0', after ? (after.step?.id ?? '0') : '-1', limit],
    );
    return rows.map(({ namespace, task, ...row }) => ({ ...valuesOf(row), namespace, task }));
  }

  /** Replaces values, unless they have changed meanwhile. Returns how many were replaced. */
  async replace(
    changes: readonly { readonly old: SensitiveValuesOfTask; readonly next: StoredSensitiveValues }[],
  ): Promise<number> {
    const rows = await this.database.query<{ replaced: string }>(
      `with changed as (
         update __schema__.sensitive_values v set key_id = c.key_id, content = decode(c.content, 'base64')
         from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[])
           as c (task_id, step_id, old_content, key_id, content)
         where v.task_id = c.task_id and v.workflow_step_id = c.step_id and v.content = decode(c.old_content, 'base64')
         returning 1
       ) select count(*) as replaced from changed`,
      [
        changes.map(({ old }) => old.taskId),
        changes.map(({ old }) => old.step?.id ?? '0'),
        changes.map(({ old }) => old.content.toString('base64')),
        changes.map(({ next }) => next.keyId),
        changes.map(({ next }) => next.content.toString('base64')),
      ],
    );
    return Number(rows[0]!.replaced);
  }
}

function valuesOf({ taskId, stepId, step, keyId, content }: Row): SensitiveValuesOfTask {
  const owner = step === null ? null : { id: stepId, name: step };
  return { taskId, step: owner, keyId, content: Buffer.from(content, 'base64') };
}
