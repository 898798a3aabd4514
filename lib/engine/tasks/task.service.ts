import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../../persistence/database.js';
import type { ActionAnswer, Operator, OperatorGateway, TaskChanges } from '../../persistence/operator.gateway.js';
import { checkScope } from '../../workflow/task.scope.check.js';
import { SensitiveDataService } from '../../protection/sensitive-data.service.js';
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

/** What the methods do, in the words of their errors. */
const ACTIONS = {
  cancel: 'cancel a task',
  cancelStep: 'cancel a step',
  retry: 'retry a task',
  retryStep: 'retry a step',
  reset: 'reset a task',
  resetStep: 'reset a step',
  resolve: 'resolve a task',
  resolveStep: 'resolve a step',
  skipStep: 'skip a step',
  hold: 'hold a task',
  release: 'release a task',
  change: 'change a task',
  changeRetryLimit: 'change a retry limit',
  erase: 'erase a task',
} as const;

/**
 * Starts tasks and acts on them. Code, REST and GraphQL all use it.
 *
 * All methods that do not start tasks are operator actions. An action is stored in the history with its actor and
 * reason, and changes nothing if it is repeated. Steps are given by name or id. All actions throw `InvalidActionError`
 * for invalid parameters, `UnknownTaskError`, `UnknownStepError`, and `ActionRefusedError` if the state of the task or
 * step does not permit the action. After an error, nothing has changed.
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
    private readonly sensitive: SensitiveDataService,
  ) {}

  /**
   * Starts one task. It runs as soon as the transaction in which it was started has committed.
   *
   * @throws InvalidStartRequestError, UnknownTemplateError, UnavailableTemplateError, InvalidContextError,
   *   TooManyUnfinishedTasksError; nothing was stored
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
   * Starts many tasks in one transaction, all or none, and returns them in the order of the requests. A good size is a thousand at
   * a time.
   *
   * @throws the errors of `start`, for the first invalid request; `requestIndex` and the message of the error name it
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

  /**
   * Cancels a task and all its unfinished steps. The `AbortSignal` of running handlers is aborted within about a
   * second, in any process.
   */
  cancel(taskId: string, by: ActionBy): Promise<ActionResult> {
    return this.act('cancel', { taskId, by }, (gateway, who) => gateway.call('cancel_task', who, taskId));
  }

  /** Cancels a step and all steps that depend on it. The other steps go on; then the task ends as cancelled. */
  cancelStep(taskId: string, step: string, by: ActionBy): Promise<ActionResult> {
    return this.act('cancelStep', { taskId, step, by }, (gateway, who) =>
      gateway.call('cancel_step', who, taskId, step),
    );
  }

  /** Runs all failed steps of the task again at once, with more attempts, and those that a deadline stopped. */
  retry(taskId: string, by: RetryBy): Promise<ActionResult> {
    return this.act(
      'retry',
      { taskId, by },
      (gateway, who) => gateway.retrySteps(taskId, null, by.attempts ?? null, who),
      RetryInput,
    );
  }

  /** Runs a step that failed, or that waits for its next attempt, again at once, with more attempts. */
  retryStep(taskId: string, step: string, by: RetryBy): Promise<ActionResult> {
    return this.act(
      'retryStep',
      { taskId, step, by },
      (gateway, who) => gateway.retrySteps(taskId, step, by.attempts ?? null, who),
      RetryInput,
    );
  }

  /**
   * Runs all failed steps of the task again as if they had never run: without attempts and error, with the limit of
   * their template.
   */
  reset(taskId: string, by: ActionBy): Promise<ActionResult> {
    return this.act('reset', { taskId, by }, (gateway, who) => gateway.resetSteps(taskId, null, who));
  }

  /** Does the same as `reset` for one step. */
  resetStep(taskId: string, step: string, by: ActionBy): Promise<ActionResult> {
    return this.act('resetStep', { taskId, step, by }, (gateway, who) => gateway.resetSteps(taskId, step, who));
  }

  /** Declares a failed task done. Its steps keep their states. */
  resolve(taskId: string, by: ActionBy): Promise<ActionResult> {
    return this.act('resolve', { taskId, by }, (gateway, who) => gateway.call('resolve_task', who, taskId));
  }

  /**
   * Declares a step that waits or failed done, with results for the steps that depend on it. If the steps before it are
   * not done, the action takes effect when they are.
   */
  resolveStep(taskId: string, step: string, by: ResolveStepBy): Promise<ActionResult> {
    return this.act(
      'resolveStep',
      { taskId, step, by },
      async (gateway, who) => {
        const { results, sensitive } = await this.sensitive.redactGiven(taskId, step, by.results ?? null);
        return gateway.resolveStep(taskId, step, results, sensitive, who);
      },
      ResolveStepInput,
    );
  }

  /**
   * Skips a step that its template declares skippable. If the steps before it are not done, the action takes effect
   * when they are.
   */
  skipStep(taskId: string, step: string, by: ActionBy): Promise<ActionResult> {
    return this.act('skipStep', { taskId, step, by }, (gateway, who) => gateway.skipStep(taskId, step, who));
  }

  /** Puts a task on hold: no more of its steps begin until it is released. Running steps finish. */
  hold(taskId: string, by: ActionBy): Promise<ActionResult> {
    return this.act('hold', { taskId, by }, (gateway, who) => gateway.holdTask(taskId, true, who));
  }

  /** Ends the hold of a task. */
  release(taskId: string, by: ActionBy): Promise<ActionResult> {
    return this.act('release', { taskId, by }, (gateway, who) => gateway.holdTask(taskId, false, who));
  }

  /**
   * Changes the priority, the tags, the reason or the retention of a task.
   * @throws StaleRevisionError when it is no longer at `by.ifRevision`
   */
  change(taskId: string, changes: TaskChanges, by: ChangeBy): Promise<ActionResult> {
    return this.act('change', { taskId, changes, by }, (gateway, who) =>
      gateway.changeTask(taskId, changes, by.ifRevision ?? null, who),
    );
  }

  /**
   * Changes the maximum number of attempts of a step. A step that failed for good needs `retryStep` to run again.
   * @throws StaleRevisionError when it is no longer at `by.ifRevision`
   */
  changeRetryLimit(taskId: string, step: string, retryLimit: number, by: ChangeBy): Promise<ActionResult> {
    return this.act('changeRetryLimit', { taskId, step, retryLimit, by }, (gateway, who) =>
      gateway.changeRetryLimit(taskId, step, retryLimit, by.ifRevision ?? null, who),
    );
  }

  /**
   * Repeats a finished or failed task as a new task. If the repetition begins with a step, the results of other steps
   * are kept.
   *
   * @param scope limits the versions to which the task can be moved; null for no scope
   * @throws the errors of the other actions, and InvalidContextError for a new context that does not match the schema
   */
  async rerun(taskId: string, by: RerunBy, scope: TaskScope | null = null): Promise<StartedTask> {
    checkAction('repeat a task', { taskId, by }, RerunInput);
    return this.rerunner.rerun(taskId, by, scope);
  }

  /**
   * Erases everything that was said in or about a task that is over: its context, the results and errors of its steps,
   * tags, annotations and reasons. Its states, times, actors and history remain, and the audit log stays valid. Cannot be
   * undone.
   */
  erase(taskId: string, by: ActionBy): Promise<ActionResult> {
    return this.act('erase', { taskId, by }, (gateway, who) => gateway.call('erase_task', who, taskId));
  }

  /**
   * Applies an action to all tasks that the filter selects, at most a thousand, one after the other, each in its own
   * transaction. Returns the result for each task.
   *
   * @param scope selects only tasks in it; null for no scope
   * @throws InvalidActionError for an invalid filter, or one that would select every task; InvalidScopeError
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

  /**
   * Outside of the caller's transaction, a start would need a second connection, and the tasks could outlive a
   * rollback.
   */
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
    action: keyof typeof ACTIONS,
    given: GivenAction,
    carryOut: (gateway: OperatorGateway, operator: Operator) => Promise<ActionAnswer>,
    input?: InputClass<ActionInput>,
  ): Promise<ActionResult> {
    checkAction(ACTIONS[action], given, input);
    return this.operator.act({ action, ...given }, given.by, carryOut);
  }
}

/** @throws InvalidScopeError */
function scopeIn({ scope = null }: StartOptions): TaskScope | null {
  checkScope(scope);
  return scope;
}
