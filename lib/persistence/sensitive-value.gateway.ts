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

/** Values that are encrypted with a key that is not the current one. */
export interface OutdatedSensitiveValues extends SensitiveValuesOfTask {
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

  /** Some of the values that are encrypted with another key, or, if a key is given, not encrypted. */
  async outdated(currentKeyId: string, limit: number): Promise<OutdatedSensitiveValues[]> {
    const rows = await this.database.query<Row & { namespace: string; task: string }>(
      `select v.*, ns.name as namespace, nt.name as task
       from (
         ${ROWS} where v.key_id is null or v.key_id < $1 or v.key_id > $1 limit $2
       ) v
       join __schema__.tasks t on t.task_id = v."taskId"::bigint
       join __schema__.named_tasks nt on nt.named_task_id = t.named_task_id
       join __schema__.task_namespaces ns on ns.task_namespace_id = nt.task_namespace_id`,
      [currentKeyId, limit],
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
