import { Injectable } from '@nestjs/common';
import type { JsonValue } from '../workflow/json.js';
import type { TaskState } from '../workflow/states.js';
import { Database } from './database.js';
import type { BareTaskTransition, DatabaseRefusal, StepTransition } from './worker.gateway.js';

/** The person or program that acts on a task, and the reason. */
export interface Operator {
  readonly actor: string;
  readonly reason: string | null;
}

/** A transition of a task, with its template. */
export interface TaskTransition extends BareTaskTransition {
  readonly namespace: string;
  /** The name of the task template. */
  readonly name: string;
  readonly version: string;
}

/** What an operator action changed. */
export interface ActionAnswer {
  /** False if the task or step was already in the requested state. */
  readonly changed: boolean;
  readonly steps: readonly StepTransition[];
  readonly tasks: readonly TaskTransition[];
  /** The number of steps that became ready. */
  readonly freed: number;
}

/** The result for tasks past their deadline. */
export interface ExpiryAnswer extends ActionAnswer {
  /** The tasks that could not be ended. */
  readonly refusals: readonly (DatabaseRefusal & { readonly taskId: string })[];
}

/** The fields of a task that can be changed. Omitted fields keep their values. */
export interface TaskChanges {
  /** Null gives each step the priority of its template. */
  readonly priority?: number | null;
  readonly tags?: readonly string[];
  readonly reason?: string;
  /** Whether retention keeps the task. */
  readonly retained?: boolean;
}

/** The functions in `sql/functions` of actions without parameters. */
type PlainAction = `${string}_task` | `${string}_step`;

/**
 * Calls the SQL functions with which people act on tasks. Steps are given by name or id. All methods throw
 * `UnknownTaskError`, `UnknownStepError` and `ActionRefusedError`; after an error, nothing has changed.
 */
@Injectable()
export class OperatorGateway {
  constructor(private readonly database: Database) {}

  /** Calls an action whose SQL function takes only the task or the step, the actor and the reason. */
  call(name: PlainAction, { actor, reason }: Operator, ...target: readonly string[]): Promise<ActionAnswer> {
    return this.act(name, ...target, actor, reason);
  }

  /** @param step null for all failed steps; @param attempts null for as many as the template allows */
  retrySteps(taskId: string, step: string | null, attempts: number | null, by: Operator): Promise<ActionAnswer> {
    return this.act('retry_steps', taskId, step, attempts, false, by.actor, by.reason);
  }

  resetSteps(taskId: string, step: string | null, { actor, reason }: Operator): Promise<ActionAnswer> {
    return this.act('retry_steps', taskId, step, null, true, actor, reason);
  }

  resolveStep(taskId: string, step: string, results: JsonValue, by: Operator): Promise<ActionAnswer> {
    const stored = results === null ? null : JSON.stringify(results);
    return this.act('settle_step', taskId, step, 'resolved_manually', stored, by.actor, by.reason);
  }

  skipStep(taskId: string, step: string, { actor, reason }: Operator): Promise<ActionAnswer> {
    return this.act('settle_step', taskId, step, 'skipped', null, actor, reason);
  }

  holdTask(taskId: string, hold: boolean, { actor, reason }: Operator): Promise<ActionAnswer> {
    return this.act('hold_task', taskId, hold, actor, reason);
  }

  /**
   * @param revision the revision that the task must still have; null for any
   * @throws StaleRevisionError
   */
  changeTask(taskId: string, changes: TaskChanges, revision: string | null, by: Operator): Promise<ActionAnswer> {
    return this.act('change_task', taskId, JSON.stringify(changes), revision, by.actor, by.reason);
  }

  /**
   * @param revision the revision that the step must still have; null for any
   * @throws StaleRevisionError
   */
  changeRetryLimit(
    taskId: string,
    step: string,
    retryLimit: number,
    revision: string | null,
    by: Operator,
  ): Promise<ActionAnswer> {
    return this.act('change_retry_limit', taskId, step, retryLimit, revision, by.actor, by.reason);
  }

  /**
   * Repeats the task as a new one; see `sql/functions/rerun_task.sql`.
   * @throws AnswerTooLargeError
   */
  rerunTask(
    taskId: string,
    from: string | null,
    context: string | null,
    extra: string | null,
    { actor, reason }: Operator,
  ): Promise<{ readonly id: string; readonly state: TaskState }> {
    return this.database.call('rerun_task', [taskId, from, context, extra, actor, reason, this.database.maxReadBytes]);
  }

  /**
   * Fails the unfinished steps of some tasks past their deadline. There may be more as long as it returns `changed`.
   * @param without tasks to skip
   */
  expireTasks(without: readonly string[]): Promise<ExpiryAnswer> {
    return this.database.call('expire_tasks', [without]);
  }

  private act(name: string, ...parameters: readonly unknown[]): Promise<ActionAnswer> {
    return this.database.call(name, parameters);
  }
}
