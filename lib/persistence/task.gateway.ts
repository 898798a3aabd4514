import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { soughtName } from '../workflow/input.checks.js';
import type { JsonObject, JsonValue } from '../workflow/json.js';
import type { TaskState } from '../workflow/states.js';
import { Database, LONG_MS, type Speaker } from './database.js';
import { AnswerTooLargeError } from './persistence.errors.js';
import { refusalError } from './refusal.js';
import { settledSteps } from './settled.steps.js';
import type { StepTransition } from './worker.gateway.js';

export interface NewTask {
  readonly namedTaskId: string;
  /** The context as JSON text. */
  readonly context: string;
  readonly initiator: string;
  readonly sourceSystem: string;
  readonly reason: string;
  readonly tags: readonly string[];
  /** Null gives each step the priority of its template. */
  readonly priority: number | null;
  /** Fields that few tasks have. */
  readonly extra?: NewTaskExtra | undefined;
}

/** See `p_extras` in `sql/functions/start_tasks.sql`. */
export interface NewTaskExtra {
  /** ISO 8601. */
  readonly runAt?: string;
  /** ISO 8601. */
  readonly deadlineAt?: string;
  /** The time until the deadline, from `runAt` or from now. */
  readonly deadlineSeconds?: number;
  readonly retained?: boolean;
  readonly identity?: TaskIdentity;
  /** The differences between its steps and their templates, by step name. */
  readonly tailor?: Readonly<Record<string, TailoredStep>>;
  /** Whether the task handler is called each time the task ends. */
  readonly hasFinalHook?: boolean;
  /** The entry of the audit log about the request; see `sql/functions/note_audit_entry.sql`. */
  readonly audit?: JsonObject;
  /** The sensitive values of the context as JSON text; see `sql/functions/keep_sensitive_values.sql`. */
  readonly sensitive?: string;
  /** The keyed hash of what identifies the person whom the task is about, in Base64. */
  readonly subject?: string;
  /** The names of the skippable steps to skip. */
  readonly bypassSteps?: readonly string[];
  /** Steps whose state is decided before their turn. */
  readonly settle?: readonly NewTaskSettlement[];
}

/** The identity of a request: equal requests have the same hash. */
export interface TaskIdentity {
  /** A text of at most 128 characters. */
  readonly hash: string;
  /** How long the identity counts; null for as long as the task exists. */
  readonly seconds: number | null;
}

export interface TailoredStep {
  readonly retryLimit?: number;
  readonly retryable?: boolean;
  /** The names of further steps, in addition to those of the template. */
  readonly dependsOn?: readonly string[];
}

export interface NewTaskSettlement {
  readonly step: string;
  readonly as: 'skipped' | 'resolved_manually';
  readonly results: JsonValue;
  readonly actor: string;
  readonly reason: string;
}

export interface CreatedTask {
  readonly id: string;
  readonly state: TaskState;
  /** False if the request equalled an earlier one, whose task this is. */
  readonly created: boolean;
  /** The transitions of its steps whose states were decided with the request. */
  readonly settled?: readonly StepTransition[];
}

/** The template version of a task. */
export interface TaskOrigin {
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
}

const MANY_TASKS = 1_000;

/** A request that was answered with an earlier task. */
export interface EarlierRequest {
  readonly taskId: string;
  readonly version: string;
  /** The context as JSON, with the defaults of the version; null if it does not matter. */
  readonly context: string | null;
  /** The original context of the request as JSON. */
  readonly said: string | null;
}

export interface EarlierTask {
  /** Null if the task has been removed. */
  readonly version: string | null;
  /** Null if it was not requested or is unknown. */
  readonly isSame: boolean | null;
}

/** Calls the SQL functions that create tasks. */
@Injectable()
export class TaskGateway {
  constructor(private readonly database: Database) {}

  /**
   * Does the same in a transaction, and adds the transitions of steps that were settled with the requests.
   * @throws UnknownNamedTaskError
   */
  async startSettledTasks(tasks: readonly NewTask[], speaker: Speaker): Promise<CreatedTask[]> {
    const created = await this.startTasks(tasks, speaker);
    const ids = created.filter((each, index) => each.created && tasks[index]!.extra?.settle).map(({ id }) => id);
    if (ids.length === 0) return created;
    const steps = await settledSteps(this.database, ids, speaker);
    return created.map((task) => ({ ...task, settled: steps.filter(({ taskId }) => taskId === task.id) }));
  }

  /**
   * Creates all tasks or none, and returns them in the given order.
   * @throws UnknownNamedTaskError
   */
  async startTasks(tasks: readonly NewTask[], manager?: Speaker): Promise<CreatedTask[]> {
    const rows = await this.database.query<{ task_id: string; state: TaskState | null; created: boolean }>(
      'select task_id, state, created from __schema__.start_tasks($1, $2, $3, $4, $5, $6, $7, $8)',
      startParameters(tasks),
      manager,
      startLimitMs(tasks),
    );
    return rows.map(({ task_id: id, state, created }) => {
      if (state === null) throw refusalError({ kind: 'unknown_named_task', namedTaskId: id });
      return { id, state, created };
    });
  }

  /**
   * Returns the number of unfinished tasks of each namespace, without those in error. Counts them one by one if the
   * totals are wrong.
   */
  async countUnfinished(manager?: EntityManager): Promise<Map<string, number>> {
    const rows = await this.database.query<{ namespace: string; unfinished: string }>(
      `select namespace, sum(total) as unfinished from __schema__.namespace_state_totals
       where kind = 'task' and state in ('pending', 'in_progress') and not exists (select from __schema__.lost_totals)
       group by namespace
       union all
       select n.name, count(distinct r.task_id) from __schema__.ready_steps r
       join __schema__.task_namespaces n on n.task_namespace_id = r.task_namespace_id
       where exists (select from __schema__.lost_totals)
       group by n.name`,
      [],
      manager,
    );
    return new Map(rows.map(({ namespace, unfinished }) => [namespace, Number(unfinished)]));
  }

  /** Returns the template version of the task; undefined if there is no such task. */
  async findOrigin(taskId: string): Promise<TaskOrigin | undefined> {
    const [row] = await this.database.query<TaskOrigin>(
      `select ns.name as namespace, nt.name, nt.version from __schema__.tasks t
       join __schema__.named_tasks nt on nt.named_task_id = t.named_task_id
       join __schema__.task_namespaces ns on ns.task_namespace_id = nt.task_namespace_id
       where t.task_id = $1`,
      [taskId],
    );
    return row;
  }

  /**
   * Returns the tasks that requests were answered with, in the order of the requests, and whether each is the requested
   * one. Its context must be the same; for another version, whose defaults may differ, it must contain the original
   * context of the request.
   */
  findEarlier(requests: readonly EarlierRequest[], speaker?: Speaker): Promise<readonly EarlierTask[]> {
    return this.database.query<EarlierTask>(
      `select nt.version, case when nt.version = r.version then t.context = r.context else t.context @> r.said end as "isSame"
       from unnest($1::bigint[], $2::text[], $3::jsonb[], $4::jsonb[]) with ordinality r (task_id, version, context, said, n)
       left join __schema__.tasks t on t.task_id = r.task_id
       left join __schema__.named_tasks nt on nt.named_task_id = t.named_task_id
       order by r.n`,
      [
        requests.map(({ taskId }) => taskId),
        requests.map(({ version }) => version),
        requests.map(({ context }) => context),
        requests.map(({ said }) => said),
      ],
      speaker,
    );
  }

  /**
   * Returns the results of one finished step of a task; undefined if no such step has finished.
   * @throws AnswerTooLargeError
   */
  async findResults(taskId: string, stepName: string, manager?: EntityManager): Promise<JsonValue | undefined> {
    const { maxReadBytes } = this.database;
    const [row] = await this.database.query<{ results: JsonValue; excess: string | null }>(
      `select case when x.excess is null then x.results end as results, x.excess::text as excess
       from (
         select s.results, __schema__.json_excess(s.results, $3) as excess ${FINISHED_STEPS} and n.name = $2 offset 0
       ) x`,
      [taskId, soughtName(stepName), maxReadBytes],
      manager,
    );
    if (row && row.excess !== null) throw new AnswerTooLargeError(Number(row.excess), maxReadBytes);
    return row?.results;
  }

  async finishedStepNames(taskId: string, manager?: EntityManager): Promise<string[]> {
    const rows = await this.database.query<{ name: string }>(
      `select n.name ${FINISHED_STEPS} order by n.name`,
      [taskId],
      manager,
    );
    return rows.map(({ name }) => name);
  }
}

/** The time limit for starting tasks; undefined for a normal number of tasks, so that the default limit applies. */
export function startLimitMs({ length }: readonly NewTask[]): number | undefined {
  return length > MANY_TASKS ? LONG_MS : undefined;
}

/** The parameters of the functions that start tasks: one array per column. */
export function startParameters(tasks: readonly NewTask[]): readonly unknown[] {
  return [
    tasks.map(({ namedTaskId }) => namedTaskId),
    tasks.map(({ context }) => context),
    tasks.map(({ initiator }) => initiator),
    tasks.map(({ sourceSystem }) => sourceSystem),
    tasks.map(({ reason }) => reason),
    tasks.map(({ tags }) => JSON.stringify(tags)),
    tasks.map(({ priority }) => priority),
    tasks.map(({ extra }) => (extra === undefined ? null : JSON.stringify(extra))),
  ];
}

const FINISHED_STEPS = `
  from __schema__.workflow_steps s join __schema__.named_steps n on n.named_step_id = s.named_step_id
  where s.task_id = $1 and s.state in ('complete', 'resolved_manually', 'skipped')`;
