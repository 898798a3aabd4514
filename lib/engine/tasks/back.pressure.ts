import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { EventBus } from '../../events/event.bus.js';
import { now } from '../../events/event.time.js';
import { TASKER_OPTIONS } from '../../options/options.module.js';
import type { ResolvedOptions } from '../../options/resolve.options.js';
import { TaskGateway } from '../../persistence/task.gateway.js';
import { TooManyUnfinishedTasksError } from '../engine.errors.js';
import type { PreparedTask } from './task.starter.js';

/** How long a count is used, in milliseconds. Meanwhile, this process adds the tasks that it starts. */
const COUNT_MS = 250;
const LONGEST_WAIT_SECONDS = 60;

interface Count {
  readonly at: number;
  readonly unfinished: ReadonlyMap<string, number>;
}

/**
 * Refuses new tasks of a namespace that has as many unfinished tasks as the option `backPressure.maxUnfinished` allows.
 * To keep starts fast, each process counts at most four times a second, so several processes may exceed the limit a
 * little.
 */
@Injectable()
export class BackPressure {
  private readonly limit: number | null;
  private latest: Count | undefined;
  private counting: Promise<Count> | undefined;
  /** Whether the running count may have to wait for a connection. */
  private needsConnection = false;
  /** The tasks that this process started since the latest count, by namespace. */
  private started = new Map<string, number>();
  /** The number of tasks that end per second, by namespace. */
  private rates = new Map<string, number>();

  constructor(
    @Inject(TASKER_OPTIONS) { backPressure }: ResolvedOptions,
    private readonly tasks: TaskGateway,
    private readonly bus: EventBus,
  ) {
    this.limit = backPressure.maxUnfinished;
  }

  /**
   * @param manager the transaction in which the tasks will be started. If a count is due, it runs in this transaction,
   *   because a caller that holds a connection must not wait for another one
   * @throws TooManyUnfinishedTasksError, before anything is stored
   */
  async admit(prepared: readonly PreparedTask[], manager?: EntityManager): Promise<void> {
    if (this.limit === null) return;
    const { unfinished } = await this.latestCount(manager);
    const asked = countBy(prepared.map(({ template }) => template.namespace));
    for (const [namespace, amount] of asked) {
      const there = (unfinished.get(namespace) ?? 0) + (this.started.get(namespace) ?? 0);
      const tooMany = there + amount - this.limit;
      if (tooMany > 0) {
        const wait = Math.ceil(tooMany / Math.max(this.rates.get(namespace) ?? 0, 1));
        const retryAfter = amount > this.limit ? null : Math.min(wait, LONGEST_WAIT_SECONDS);
        this.publishRefusal(namespace, this.limit, amount, retryAfter);
        throw new TooManyUnfinishedTasksError(namespace, this.limit, amount, retryAfter);
      }
    }
    for (const [namespace, amount] of asked) {
      this.started.set(namespace, (this.started.get(namespace) ?? 0) + amount);
    }
  }

  private publishRefusal(namespace: string, limit: number, requested: number, retryAfterSeconds: number | null): void {
    this.bus.publish('limit.refused_tasks', { namespace, limit, requested, retryAfterSeconds, at: now() });
  }

  private async latestCount(manager?: EntityManager): Promise<Count> {
    const { latest, counting } = this;
    if (latest && performance.now() - latest.at < COUNT_MS) return latest;
    if (!counting || (manager && this.needsConnection)) return this.countNow(manager);
    // A count that failed in another caller's transaction may succeed in this one.
    return counting.catch(() => this.countNow(manager));
  }

  private async countNow(manager: EntityManager | undefined): Promise<Count> {
    const counting = this.recount(manager);
    this.counting = counting;
    this.needsConnection = manager === undefined;
    try {
      return await counting;
    } finally {
      if (this.counting === counting) this.counting = undefined;
    }
  }

  private async recount(manager: EntityManager | undefined): Promise<Count> {
    const at = performance.now();
    const { latest: before, started } = this;
    this.started = new Map();
    const unfinished = await this.tasks.countUnfinished(manager);
    if (before && at - before.at >= COUNT_MS) this.rates = ratesOf(before, started, { at, unfinished });
    this.latest = { at, unfinished };
    return this.latest;
  }
}

function countBy(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** The rate at which tasks ended: those counted before and those started here since, minus those counted now. */
function ratesOf(before: Count, started: ReadonlyMap<string, number>, now: Count): Map<string, number> {
  const seconds = (now.at - before.at) / 1_000;
  return new Map(
    [...before.unfinished].map(([namespace, count]) => {
      const ended = count + (started.get(namespace) ?? 0) - (now.unfinished.get(namespace) ?? 0);
      return [namespace, Math.max(ended / seconds, 0)];
    }),
  );
}
