import { Injectable } from '@nestjs/common';
import type { JsonValue } from '../workflow/json.js';
import type { TaskState } from '../workflow/states.js';
import { TaskerError } from '../workflow/tasker.error.js';
import { AuditWriter } from './audit.writer.js';
import { Database, type Speaker } from './database.js';
import { settledSteps } from './settled.steps.js';
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

/** A task that repeats another one. */
export interface RerunAnswer {
  readonly id: string;
  readonly state: TaskState;
  /** The transitions of its steps that keep their results. */
  readonly settled: readonly StepTransition[];
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
const PLAIN_ACTIONS = {
  cancel_task: 'cancelTask',
  cancel_step: 'cancelStep',
  resolve_task: 'resolveTask',
  erase_task: 'eraseTask',
} as const;
type PlainAction = keyof typeof PLAIN_ACTIONS;

/**
 * Calls the SQL functions with which people act on tasks, each with an entry of the audit log. Steps are given by name
 * or id. All methods throw `UnknownTaskError`, `UnknownStepError` and `ActionRefusedError`; after an error, nothing has
 * changed.
 */
@Injectable()
export class OperatorGateway {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditWriter,
  ) {}

  /** Calls an action whose SQL function takes only the task or the step, the actor and the reason. */
  call(name: PlainAction, by: Operator, taskId: string, step?: string): Promise<ActionAnswer> {
    const target = step === undefined ? [taskId] : [taskId, step];
    return this.act(PLAIN_ACTIONS[name], by, target, name, [...target, by.actor, by.reason]);
  }

  /** @param step null for all failed steps; @param attempts null for as many as the template allows */
  retrySteps(taskId: string, step: string | null, attempts: number | null, by: Operator): Promise<ActionAnswer> {
    const parameters = [taskId, step, attempts, false, by.actor, by.reason];
    return this.act(step === null ? 'retryTask' : 'retryStep', by, targetOf(taskId, step), 'retry_steps', parameters);
  }

  resetSteps(taskId: string, step: string | null, by: Operator): Promise<ActionAnswer> {
    const parameters = [taskId, step, null, true, by.actor, by.reason];
    return this.act(step === null ? 'resetTask' : 'resetStep', by, targetOf(taskId, step), 'retry_steps', parameters);
  }

  /** @param sensitive the sensitive values of the results; see `sql/functions/keep_sensitive_values.sql` */
  resolveStep(
    taskId: string,
    step: string,
    results: JsonValue,
    sensitive: string | null,
    by: Operator,
  ): Promise<ActionAnswer> {
    const stored = results === null ? null : JSON.stringify(results);
    const parameters = [taskId, step, 'resolved_manually', stored, by.actor, by.reason, sensitive];
    return this.act('resolveStep', by, [taskId, step], 'settle_step', parameters);
  }

  skipStep(taskId: string, step: string, by: Operator): Promise<ActionAnswer> {
    const parameters = [taskId, step, 'skipped', null, by.actor, by.reason];
    return this.act('skipStep', by, [taskId, step], 'settle_step', parameters);
  }

  holdTask(taskId: string, hold: boolean, by: Operator): Promise<ActionAnswer> {
    const parameters = [taskId, hold, by.actor, by.reason];
    return this.act(hold ? 'holdTask' : 'releaseTask', by, [taskId], 'hold_task', parameters);
  }

  /**
   * @param revision the revision that the task must still have; null for any
   * @throws StaleRevisionError
   */
  changeTask(taskId: string, changes: TaskChanges, revision: string | null, by: Operator): Promise<ActionAnswer> {
    const parameters = [taskId, JSON.stringify(changes), revision, by.actor, by.reason];
    return this.act('changeTask', by, [taskId], 'change_task', parameters);
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
    const parameters = [taskId, step, retryLimit, revision, by.actor, by.reason];
    return this.act('changeRetryLimit', by, [taskId, step], 'change_retry_limit', parameters);
  }

  /**
   * Repeats the task as a new one; see `sql/functions/rerun_task.sql`.
   * @throws AnswerTooLargeError
   */
  async rerunTask(
    taskId: string,
    from: string | null,
    context: string | null,
    extra: string | null,
    by: Operator,
  ): Promise<RerunAnswer> {
    const parameters = [taskId, from, context, extra, by.actor, by.reason, this.database.maxReadBytes];
    const rerun = (speaker?: Speaker): Promise<Omit<RerunAnswer, 'settled'>> =>
      this.act('rerunTask', by, [taskId], 'rerun_task', parameters, speaker);
    if (from === null) return { ...(await rerun()), settled: [] };
    const answer = await this.database.transaction(async (session) => {
      try {
        const started = await rerun(session);
        return { ...started, settled: await settledSteps(this.database, [started.id], session) };
      } catch (error) {
        if (error instanceof TaskerError) return error; // a refusal is an answer: nothing has failed or is rolled back
        throw error;
      }
    });
    if (answer instanceof TaskerError) throw answer;
    return answer;
  }

  /**
   * Fails the unfinished steps of some tasks past their deadline. There may be more as long as it returns `changed`.
   * @param without tasks to skip
   */
  expireTasks(without: readonly string[]): Promise<ExpiryAnswer> {
    return this.database.call('expire_tasks', [without]);
  }

  private act<Answer = ActionAnswer>(
    operation: string,
    { actor, reason }: Operator,
    [taskId, step]: readonly string[],
    name: string,
    parameters: readonly unknown[],
    speaker?: Speaker,
  ): Promise<Answer> {
    const kind = step === undefined ? 'task' : 'step';
    const object = { kind, id: step ?? taskId!, taskId: taskId! } as const;
    const details = { reason, ...(step !== undefined && { step }) };
    return this.audit.call({ operation, ...object, actor, details }, name, parameters, speaker);
  }
}

const targetOf = (taskId: string, step: string | null): readonly string[] =>
  step === null ? [taskId] : [taskId, step];
