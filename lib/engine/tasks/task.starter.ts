import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { TASKER_OPTIONS } from '../../options/options.module.js';
import type { ResolvedOptions } from '../../options/resolve.options.js';
import { Database, type Speaker } from '../../persistence/database.js';
import { TaskGateway, type CreatedTask, type NewTask } from '../../persistence/task.gateway.js';
import type { TaskTemplate } from '../../workflow/task-template.js';
import { CommitWatcher } from './commit.watcher.js';
import { EventPublisher } from '../steps/event.publisher.js';
import { ReadyNotifier } from '../ready.notifier.js';
import type { StartedTask } from './task.request.js';
import { WorkerLoop } from '../steps/worker.loop.js';

/** A checked request: what is stored, and the template that it is of. */
export interface PreparedTask {
  readonly template: TaskTemplate;
  readonly task: NewTask;
}

/** Stores new tasks by the shortest way there is, announces them and wakes whoever may run them. */
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
  ) {}

  /** In a transaction of the host's: announced, and run, once that has committed. */
  async startIn(manager: EntityManager, prepared: readonly PreparedTask[]): Promise<StartedTask[]> {
    const created = await this.storeIn(manager, this.batchesOf(prepared));
    await this.commits.afterCommit(manager, (isWhole) => {
      if (isWhole) this.events.publishStarted(prepared, created); // an event may be lost, but never untrue
      this.ready.notifyAll();
    });
    return this.started(prepared, created, manager);
  }

  /** In a transaction of its own; where this process has an idle worker, with its claim in the same one. */
  async start(prepared: readonly PreparedTask[]): Promise<StartedTask[]> {
    let started: readonly CreatedTask[] = [];
    const announce = (created: readonly CreatedTask[]): void => {
      started = created;
      this.events.publishStarted(prepared, created);
    };
    const [first = [], ...others] = this.batchesOf(prepared);
    if (others.length === 0 && (await this.loop.startTasks(first, announce))) {
      this.ready.notifyOthers(); // some of it may be for other queues or handlers
    } else {
      announce(await this.store([first, ...others]));
      this.ready.notifyAll();
    }
    return this.started(prepared, started);
  }

  private store(batches: readonly NewTask[][]): Promise<CreatedTask[]> {
    if (batches.length === 1) return this.tasks.startTasks(batches[0]!);
    return this.database.transaction((manager) => this.storeIn(manager, batches));
  }

  private async storeIn(manager: Speaker, batches: readonly NewTask[][]): Promise<CreatedTask[]> {
    const created: CreatedTask[] = [];
    for (const batch of batches) created.push(...(await this.tasks.startTasks(batch, manager)));
    return created;
  }

  /** Tasks by statement. Neither the driver nor PostgreSQL takes statements of any size. */
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
    manager?: EntityManager,
  ): Promise<StartedTask[]> {
    // The task of an earlier request with the same key may be of another version.
    const earlier = tasks.filter(({ created }) => !created).map(({ id }) => id);
    const versions = earlier.length > 0 ? await this.tasks.findVersions(earlier, manager) : undefined;
    return tasks.map(({ id, state, created }, index) => {
      const { namespace, name, version } = prepared[index]!.template;
      return { id, namespace, name, version: versions?.get(id) ?? version, state, created };
    });
  }
}
