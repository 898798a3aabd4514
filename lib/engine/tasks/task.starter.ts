import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { TASKER_OPTIONS } from '../../options/options.module.js';
import type { ResolvedOptions } from '../../options/resolve.options.js';
import { Database, type Speaker } from '../../persistence/database.js';
import { TaskGateway, type CreatedTask, type NewTask } from '../../persistence/task.gateway.js';
import { SensitiveReader } from '../../protection/sensitive.reader.js';
import type { TakenValue } from '../../protection/taken.values.js';
import type { TaskTemplate } from '../../workflow/task-template.js';
import { IdempotencyKeyReusedError } from '../engine.errors.js';
import { CommitWatcher } from './commit.watcher.js';
import { EventPublisher } from '../events/event.publisher.js';
import { ReadyNotifier } from '../ready.notifier.js';
import type { StartedTask } from './task.request.js';
import { WorkerLoop } from '../steps/worker.loop.js';

/** A checked request: the task to store, and its template. */
export interface PreparedTask {
  readonly template: TaskTemplate;
  readonly task: NewTask;
  /** The idempotency key of the request, its original context, and the sensitive values of the complete one. */
  readonly keyed?: { readonly key: string; readonly context: string; readonly taken: readonly TakenValue[] };
}

/** Stores new tasks with as few round trips as possible, publishes their events and wakes workers. */
@Injectable()
export class TaskStarter {
  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
    private readonly database: Database,
    private readonly tasks: TaskGateway,
    private readonly loop: WorkerLoop,
    private readonly ready: ReadyNotifier,
    private readonly commits: CommitWatcher,
    private readonly events: EventPublisher,
    private readonly sensitive: SensitiveReader,
  ) {}

  /**
   * Starts tasks in a transaction of the host. Their events are published, and their steps run, once it has committed.
   */
  async startIn(manager: EntityManager, prepared: readonly PreparedTask[]): Promise<StartedTask[]> {
    const created = await this.storeIn(manager, this.batchesOf(prepared));
    await this.commits.afterCommit(manager, (isWhole) => {
      if (isWhole) this.events.publishStarted(prepared, created); // an event may be lost, but must never be untrue
      this.ready.notifyAll();
    });
    return this.started(prepared, created, manager);
  }

  /**
   * Starts tasks in a transaction of their own. If the worker of this process is idle, it claims steps in the same
   * transaction.
   */
  async start(prepared: readonly PreparedTask[]): Promise<StartedTask[]> {
    let started: readonly CreatedTask[] = [];
    const announce = (created: readonly CreatedTask[]): void => {
      started = created;
      this.events.publishStarted(prepared, created);
    };
    const [first = [], ...others] = this.batchesOf(prepared);
    if (prepared.length > 1 && prepared.some(({ keyed }) => keyed)) return this.startKeyed(prepared);
    if (others.length === 0 && !hasSettled(first) && (await this.loop.startTasks(first, announce))) {
      this.ready.notifyOthers(); // some steps may be for other queues or handlers
    } else {
      announce(await this.store([first, ...others]));
      this.ready.notifyAll();
    }
    return this.started(prepared, started);
  }

  /** Uses a transaction, so that nothing is stored if a key turns out to belong to another request. */
  private async startKeyed(prepared: readonly PreparedTask[]): Promise<StartedTask[]> {
    const { created, started } = await this.database.transaction(async (session) => {
      const stored = await this.storeIn(session, this.batchesOf(prepared));
      return { created: stored, started: await this.started(prepared, stored, session) };
    });
    this.events.publishStarted(prepared, created);
    this.ready.notifyAll();
    return started;
  }

  private store(batches: readonly NewTask[][]): Promise<CreatedTask[]> {
    if (batches.length === 1 && !hasSettled(batches[0]!)) return this.tasks.startTasks(batches[0]!);
    return this.database.transaction((manager) => this.storeIn(manager, batches));
  }

  private async storeIn(manager: Speaker, batches: readonly NewTask[][]): Promise<CreatedTask[]> {
    const created: CreatedTask[] = [];
    for (const batch of batches) created.push(...(await this.tasks.startSettledTasks(batch, manager)));
    return created;
  }

  /** Splits tasks into statements, because the driver and PostgreSQL limit the size of a statement. */
  private batchesOf(prepared: readonly PreparedTask[]): NewTask[][] {
    const batches: NewTask[][] = [[]];
    let length = 0;
    for (const { task } of prepared) {
      length += task.context.length;
      if (length > this.options.worker.maxClaimBytes) {
        length = task.context.length;
        batches.push([]);
      }
      batches.at(-1)!.push(task);
    }
    return batches;
  }

  private async started(
    prepared: readonly PreparedTask[],
    tasks: readonly CreatedTask[],
    speaker?: Speaker,
  ): Promise<StartedTask[]> {
    // The task of an earlier request with the same key may be of another version.
    const earlier = await this.earlier(prepared, tasks, speaker);
    return tasks.map(({ id, state, created }, index) => {
      const { namespace, name, version } = prepared[index]!.template;
      return { id, namespace, name, version: earlier.get(id) ?? version, state, created };
    });
  }

  /**
   * The versions of the tasks that existed before, by id.
   * @throws IdempotencyKeyReusedError
   */
  private async earlier(
    prepared: readonly PreparedTask[],
    tasks: readonly CreatedTask[],
    speaker?: Speaker,
  ): Promise<ReadonlyMap<string, string>> {
    const indexes = [...tasks.keys()].filter((index) => !tasks[index]!.created);
    if (indexes.length === 0) return new Map();
    const asked = indexes.map((index) => ({ ...prepared[index]!, taskId: tasks[index]!.id, index }));
    const found = await this.tasks.findEarlier(
      asked.map(({ taskId, template, task, keyed }) => ({
        taskId,
        version: template.version,
        context: keyed ? task.context : null,
        said: keyed?.context ?? null,
      })),
      speaker,
    );
    for (const [place, { keyed, index }] of asked.entries()) {
      if (!keyed) continue;
      const isSame = found[place]?.isSame !== false && (await this.hasSameSecrets(asked[place]!, speaker));
      if (isSame) continue;
      const error = new IdempotencyKeyReusedError(keyed.key);
      throw prepared.length > 1 ? error.ofRequest(index) : error;
    }
    return new Map(asked.map(({ taskId, template }, place) => [taskId, found[place]?.version ?? template.version]));
  }

  /** Whether an earlier task has the sensitive values of this request, too. */
  private async hasSameSecrets(asked: PreparedTask & { readonly taskId: string }, speaker?: Speaker): Promise<boolean> {
    const { taskId, template, keyed } = asked;
    if (!template.sensitiveData) return true;
    const { namespace, name: task } = template;
    const earlier = await this.sensitive.ofContext(taskId, { namespace, task }, speaker);
    return isDeepStrictEqual(new Map(earlier.map(byPlace)), new Map(keyed!.taken.map(byPlace)));
  }
}

/** Whether the states of some steps are decided with the request; their transitions are read in the same transaction. */
function hasSettled(tasks: readonly NewTask[]): boolean {
  return tasks.some(({ extra }) => extra?.settle !== undefined);
}

const byPlace = ([location, value]: TakenValue): [string, unknown] => [JSON.stringify(location), value];
