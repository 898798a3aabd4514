import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../../persistence/database.js';
import type { ActionAnswer, Operator, OperatorGateway, TaskChanges } from '../../persistence/operator.gateway.js';
import { checkScope } from '../../workflow/task.scope.check.js';
import type { TaskScope } from '../../workflow/task.scope.js';
import type { TaskDefinition } from '../../workflow/task-definition.js';
import { BackPressure } from './back.pressure.js';
import { isDefinition, requestOf } from './defined.request.js';
import type { InputClass } from '../../workflow/input.fields.js';
import { TaskerError } from '../../workflow/tasker.error.js';
import {
  RerunInput,
  ResolveStepInput,
  RetryInput,
  type ActionBy,
  type ActionInput,
  type ActionResult,
  type ChangeBy,
  type RerunBy,
  type ResolveStepBy,
  type RetryBy,
} from './task.action.js';
import { checkAction, type GivenAction } from './task.action.check.js';
import { checkBulk } from './task.bulk.check.js';
import { TaskBulkRunner } from './task.bulk.runner.js';
import type { BulkAction, BulkFilter, BulkReport } from './task.bulk.js';
import { TaskOperator } from './task.operator.js';
import { TaskPreparer } from './task.preparer.js';
import type {
  DefinedTaskRequest,
  StartArguments,
  StartedTask,
  StartOptions,
  StartTaskRequest,
} from './task.request.js';
import { TaskRerunner } from './task.rerunner.js';
import { TaskStarter, type PreparedTask } from './task.starter.js';

/**
 * Starts tasks and acts on them. Code, REST and GraphQL all use it.
 *
 * Everything but starting is an operator action: it says who acts and why, is kept in the history, wakes whoever has to run
 * something, and done twice changes nothing the second time. Steps are named by their name or id. All of them throw
 * `InvalidActionError` for wrong parameters, `UnknownTaskError`, `UnknownStepError`, and `ActionRefusedError` where the state
 * of the task or step does not permit it; nothing was changed then.
 */
@Injectable()
export class TaskService {
  constructor(
    private readonly preparer: TaskPreparer,
    private readonly pressure: BackPressure,
    private readonly starter: TaskStarter,
    private readonly operator: TaskOperator,
    private readonly rerunner: TaskRerunner,
    private readonly bulkRunner: TaskBulkRunner,
    private readonly database: Database,
  ) {}

  /**
   * Starts one task. It runs as soon as the transaction that it was started in has committed.
   *
   * @throws InvalidStartRequestError, UnknownTemplateError, UnavailableTemplateError, InvalidContextError,
   *   TooManyUnfinishedTasksError; nothing is stored then
   *
   * @example
   * ```ts
   * await tasks.start({ namespace: 'ecommerce', name: 'process_order', version: '1.0.0', context: { orderId: 17 } });
   * await tasks.start(processOrder, { context: { orderId: 17 } }); // of `defineTask`: checked by the compiler
   * ```
   */
  start<Task extends TaskDefinition>(task: Task, ...request: StartArguments<Task>): Promise<StartedTask>;
  start(request: StartTaskRequest<object>, options?: StartOptions): Promise<StartedTask>;
  async start(
    subject: TaskDefinition | StartTaskRequest<object>,
    second: object = {},
    third: StartOptions = {},
  ): Promise<StartedTask> {
    return isDefinition(subject) ? this.startOne(requestOf(subject, second), third) : this.startOne(subject, second);
  }

  /**
   * Starts many tasks in one statement, all or none, answering in the order of the requests. A thousand at a time is a
   * good size.
   *
   * @throws as `start`, for the first request that is wrong, which the error's `requestIndex` and its message name
   *
   * @example
   * ```ts
   * await tasks.startMany(processOrder, orders.map(({ id }) => ({ context: { orderId: id } })));
   * ```
   */
  startMany<Task extends TaskDefinition>(
    task: Task,
    requests: readonly DefinedTaskRequest<Task>[],
    options?: StartOptions,
  ): Promise<StartedTask[]>;
  startMany(requests: readonly StartTaskRequest<object>[], options?: StartOptions): Promise<StartedTask[]>;
  async startMany(
    subject: TaskDefinition | readonly StartTaskRequest<object>[],
    second: readonly object[] | StartOptions = {},
    third: StartOptions = {},
  ): Promise<StartedTask[]> {
    if (!isDefinition(subject)) return this.startEach(subject, second as StartOptions);
    return this.startEach(
      (second as readonly object[]).map((request) => requestOf(subject, request)),
      third,
    );
  }

  /** Cancels everything that is unfinished. A handler that runs, in whatever process, gets its `AbortSignal` within about a second. */
  cancel(taskId: string, by: ActionBy): Promise<ActionResult> {
    return this.act('cancel a task', { taskId, by }, (gateway, who) => gateway.call('cancel_task', who, taskId));
  }

  /** Cancels a step and all that depends on it; the rest goes on, and the task then ends as cancelled. */
  cancelStep(taskId: string, step: string, by: ActionBy): Promise<ActionResult> {
    return this.act('cancel a step', { taskId, step, by }, (gateway, who) =>
      gateway.call('cancel_step', who, taskId, step),
    );
  }

  /** Lets every failed step of the task run again at once, with more attempts, and what a deadline stopped. */
  retry(taskId: string, by: RetryBy): Promise<ActionResult> {
    return this.act(
      'retry a task',
      { taskId, by },
      (gateway, who) => gateway.retrySteps(taskId, null, by.attempts ?? null, who),
      RetryInput,
    );
  }

  /** Lets a failed step, or one that waits for its next attempt, run again at once with more attempts. */
  retryStep(taskId: string, step: string, by: RetryBy): Promise<ActionResult> {
    return this.act(
      'retry a step',
      { taskId, step, by },
      (gateway, who) => gateway.retrySteps(taskId, step, by.attempts ?? null, who),
      RetryInput,
    );
  }

  /** Lets every failed step of the task run again as if it had never run: no attempts, no error, its template's limit. */
  reset(taskId: string, by: ActionBy): Promise<ActionResult> {
    return this.act('reset a task', { taskId, by }, (gateway, who) => gateway.resetSteps(taskId, null, who));
  }

  /** `reset` for one step. */
  resetStep(taskId: string, step: string, by: ActionBy): Promise<ActionResult> {
    return this.act('reset a step', { taskId, step, by }, (gateway, who) => gateway.resetSteps(taskId, step, who));
  }

  /** Declares a failed task settled as it is. Its steps keep their states. */
  resolve(taskId: string, by: ActionBy): Promise<ActionResult> {
    return this.act('resolve a task', { taskId, by }, (gateway, who) => gateway.call('resolve_task', who, taskId));
  }

  /**
   * Declares a step done that waits or failed, with results for those that depend on it. Where its turn has not come, that is
   * noted, and takes effect when the steps before it are done.
   */
  resolveStep(taskId: string, step: string, by: ResolveStepBy): Promise<ActionResult> {
    return this.act(
      'resolve a step',
      { taskId, step, by },
      (gateway, who) => gateway.resolveStep(taskId, step, by.results ?? null, who),
      ResolveStepInput,
    );
  }

  /** Passes over a step that its template calls skippable; before its turn, as `resolveStep`. */
  skipStep(taskId: string, step: string, by: ActionBy): Promise<ActionResult> {
    return this.act('skip a step', { taskId, step, by }, (gateway, who) => gateway.skipStep(taskId, step, who));
  }

  /** Begins no more steps of the task until it is released; what runs finishes. */
  hold(taskId: string, by: ActionBy): Promise<ActionResult> {
    return this.act('hold a task', { taskId, by }, (gateway, who) => gateway.holdTask(taskId, true, who));
  }

  /** Ends `hold`. */
  release(taskId: string, by: ActionBy): Promise<ActionResult> {
    return this.act('release a task', { taskId, by }, (gateway, who) => gateway.holdTask(taskId, false, who));
  }

  /**
   * Changes the priority, the tags, the reason or the retention of a task.
   * @throws StaleRevisionError when it is no longer at `by.ifRevision`
   */
  change(taskId: string, changes: TaskChanges, by: ChangeBy): Promise<ActionResult> {
    return this.act('change a task', { taskId, changes, by }, (gateway, who) =>
      gateway.changeTask(taskId, changes, by.ifRevision ?? null, who),
    );
  }

  /**
   * Changes how many attempts a step has in all. A step that failed for good needs `retryStep` to run again.
   * @throws StaleRevisionError when it is no longer at `by.ifRevision`
   */
  changeRetryLimit(taskId: string, step: string, retryLimit: number, by: ChangeBy): Promise<ActionResult> {
    return this.act('change a retry limit', { taskId, step, retryLimit, by }, (gateway, who) =>
      gateway.changeRetryLimit(taskId, step, retryLimit, by.ifRevision ?? null, who),
    );
  }

  /**
   * Starts a finished or failed task again as a new one; from a step on, the results of the others are kept.
   *
   * @throws as the other actions, and InvalidContextError for a new context that does not fit
   */
  async rerun(taskId: string, by: RerunBy): Promise<StartedTask> {
    checkAction('repeat a task', { taskId, by }, RerunInput);
    return this.rerunner.rerun(taskId, by);
  }

  /**
   * Does the same to every task that the filter finds, one after the other, each in a transaction of its own, and answers
   * what became of each. At most a thousand at a time.
   *
   * @param scope only tasks in it; null: all that the filter finds
   * @throws InvalidActionError for a wrong filter, or one that would mean every task; InvalidScopeError
   */
  async bulk(
    action: BulkAction,
    filter: BulkFilter,
    by: ActionBy,
    scope: TaskScope | null = null,
  ): Promise<BulkReport> {
    checkBulk(action, filter, by);
    return this.bulkRunner.run(action, filter, by, scope);
  }

  private async startOne(request: StartTaskRequest<object>, options: StartOptions): Promise<StartedTask> {
    const manager = this.managerFor(options);
    const scope = scopeIn(options);
    await this.preparer.lookUp([request], manager, scope);
    const [started] = await this.startAll([this.preparer.prepare(request, options, scope)], manager);
    return started!;
  }

  private async startEach(
    requests: readonly StartTaskRequest<object>[],
    options: StartOptions,
  ): Promise<StartedTask[]> {
    if (requests.length === 0) return [];
    const manager = this.managerFor(options);
    await this.preparer.lookUp(requests, manager, scopeIn(options));
    return this.startAll(
      requests.map((request, index) => this.prepareOne(request, index, options)),
      manager,
    );
  }

  private prepareOne(request: StartTaskRequest<object>, index: number, options: StartOptions): PreparedTask {
    const { requestKey, scope } = options;
    const own = requestKey === undefined ? {} : { requestKey: `${requestKey}/${index}` };
    try {
      return this.preparer.prepare(request, { ...options, ...own }, scope);
    } catch (error) {
      throw error instanceof TaskerError ? error.ofRequest(index) : error;
    }
  }

  /** Outside the caller's transaction, a start would need a second connection, and the tasks could exist although it was rolled back. */
  private managerFor({ manager }: StartOptions): EntityManager | undefined {
    return manager ?? this.database.managerOfCaller;
  }

  private async startAll(
    prepared: readonly PreparedTask[],
    manager: EntityManager | undefined,
  ): Promise<StartedTask[]> {
    await this.pressure.admit(prepared, manager);
    return manager ? this.starter.startIn(manager, prepared) : this.starter.start(prepared);
  }

  private async act(
    what: string,
    given: GivenAction,
    action: (gateway: OperatorGateway, operator: Operator) => Promise<ActionAnswer>,
    input?: InputClass<ActionInput>,
  ): Promise<ActionResult> {
    checkAction(what, given, input);
    return this.operator.act(given.by, action);
  }
}

/** @throws InvalidScopeError */
function scopeIn({ scope = null }: StartOptions): TaskScope | null {
  checkScope(scope);
  return scope;
}
