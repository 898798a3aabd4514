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

/** The values of claimed steps, and the tasks whose values did not fit. */
export interface ClaimedValues {
  readonly values: readonly SensitiveValuesOfTask[];
  readonly left: ReadonlySet<string>;
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
  select v.task_id::text as "taskId", v.workflow_step_id::text as "stepId", n.name as step, v.key_id as "keyId", v.content
  from __schema__.sensitive_values v
  left join __schema__.workflow_steps s on s.workflow_step_id = v.workflow_step_id
  left join __schema__.named_steps n on n.named_step_id = s.named_step_id`;

/** Reads and replaces the values that are kept apart from their documents. */
@Injectable()
export class SensitiveValueGateway {
  constructor(private readonly database: Database) {}

  /**
   * The values that these steps need: those of the contexts of their tasks, and of the results of their parents. Those of the
   * first task come in any case, and those of the next ones as long as all of them have at most so many bytes.
   */
  async ofClaims(
    steps: readonly { readonly id: string; readonly taskId: string }[],
    maxBytes: number,
  ): Promise<ClaimedValues> {
    const rows = await this.database.query<Row & { readonly fits: boolean }>(
      `with needed as (
         ${ROWS} where v.task_id = any ($1) and (v.workflow_step_id = 0 or v.workflow_step_id in (
           select e.from_step_id from __schema__.workflow_step_edges e where e.to_step_id = any ($2)
         ))
       ), sized as (
         select n."taskId", sum(octet_length(n.content)) as bytes from needed n group by n."taskId"
       ), fitting as (
         select s."taskId", row_number() over by_id = 1 or sum(s.bytes) over by_id <= $3::bigint as fits
         from sized s window by_id as (order by s."taskId"::bigint)
       )
       select n."taskId", n."stepId", n.step, n."keyId", f.fits, case when f.fits then encode(n.content, 'base64') end as content
       from needed n join fitting f on f."taskId" = n."taskId"`,
      [[...new Set(steps.map(({ taskId }) => taskId))], steps.map(({ id }) => id), maxBytes],
    );
    return {
      values: rows.filter(({ fits }) => fits).map(valuesOf),
      left: new Set(rows.filter(({ fits }) => !fits).map(({ taskId }) => taskId)),
    };
  }

  /**
   * The values of a task.
   * @param step only those of the results of this step; '' for those of the context; null for all
   * @throws AnswerTooLargeError
   */
  async ofTask(taskId: string, step: string | null, speaker?: Speaker): Promise<SensitiveValuesOfTask[]> {
    const rows = await this.database.queryWhole<Row>(
      `select r."taskId", r."stepId", r.step, r."keyId", encode(r.content, 'base64') as content
       from (${ROWS} where v.task_id = $1 and ($2::text is null or coalesce(n.name, '') = $2)) r`,
      [taskId, step],
      speaker,
    );
    return rows.map(valuesOf);
  }

  /** The ids of the next tasks about the person with this hash, in Base64, in ascending order. */
  async tasksOf(subjectHash: string, afterId: string, limit: number): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `select d.task_id::text as id from __schema__.data_subjects d
       where d.subject_hash = decode($1, 'base64') and d.task_id > $2 order by d.task_id limit $3`,
      [subjectHash, afterId, limit],
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

  /**
   * The next values with this key in the order of their tasks, as many as fit into one answer; null for those that are not
   * encrypted.
   */
  async ofKey(
    keyId: string | null,
    after: SensitiveValuesOfTask | null,
    limit: number,
  ): Promise<LocatedSensitiveValues[]> {
    const rows = await this.database.query<Row & { namespace: string; task: string }>(
      `select v."taskId", v."stepId", v.step, v."keyId", encode(v.content, 'base64') as content,
         ns.name as namespace, nt.name as task
       from (
         select r.*, row_number() over by_place as place, sum(octet_length(r.content)) over by_place as bytes
         from (
           ${ROWS}
           where ${keyId === null ? 'v.key_id is null and $1::text is null' : 'v.key_id = $1'}
             and (v.task_id, v.workflow_step_id) > ($2::bigint, $3::bigint)
           order by v.task_id, v.workflow_step_id limit $4
         ) r
         window by_place as (order by r."taskId"::bigint, r."stepId"::bigint)
       ) v
       join __schema__.tasks t on t.task_id = v."taskId"::bigint
       join __schema__.named_tasks nt on nt.named_task_id = t.named_task_id
       join __schema__.task_namespaces ns on ns.task_namespace_id = nt.task_namespace_id
       where v.bytes <= $5::bigint or v.place = 1
       order by v.place`,
      [keyId, after?.taskId ?? '0', after ? (after.step?.id ?? '0') : '-1', limit, this.database.maxReadBytes],
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
