import type { INestApplicationContext } from '@nestjs/common';
import { FinalHookRunner } from '../engine/tasks/final-hook.runner.js';
import { WorkerMaintenance } from '../engine/steps/worker.maintenance.js';
import { WorkerLoop } from '../engine/steps/worker.loop.js';
import { CancellationWatcher } from '../engine/steps/cancellation.watcher.js';
import { Worker } from '../engine/steps/worker.js';
import { TaskReader, type TaskDetails } from '../insight/task.reader.js';
import { ClockGateway } from '../persistence/clock.gateway.js';
import type { TaskState } from '../workflow/states.js';
import { ActiveWorkerError, UnendedTaskError } from './testing.errors.js';

/** Far more retries than a workflow under test has. A task that has not ended after so many would never end. */
const MAX_ROUNDS = 1_000;
const ENDED: readonly TaskState[] = ['complete', 'error', 'cancelled', 'resolved_manually'];

/**
 * Runs workflows step by step in a test, with the real engine and a real PostgreSQL. No worker runs in the
 * background, and tests never wait: `runUntilIdle` runs all steps that are due, and `makeDue` ends the waits of retries.
 *
 * @example
 * ```ts
 * const module = await Test.createTestingModule({
 *   imports: [
 *     TypeOrmModule.forRoot({ type: 'postgres', url: process.env.TEST_DATABASE_URL }),
 *     TaskerModule.forRoot({ migrations: 'apply', templates: [processOrder], worker: { enabled: false } }),
 *   ],
 *   providers: [ValidateCartHandler, ProcessPaymentHandler],
 * }).compile();
 * await module.init();
 * const kit = TaskerTestKit.of(module);
 *
 * const { id } = await module.get(TaskService).start({ namespace: 'ecommerce', name: 'process_order', context });
 * const task = await kit.runToEnd(id);
 * expect(task.state).toBe('complete');
 * expect(task.steps.map(({ name, attempts }) => [name, attempts])).toEqual([['validate_cart', 1], ['process_payment', 2]]);
 * ```
 */
export class TaskerTestKit {
  private constructor(private readonly app: INestApplicationContext) {}

  /** Makes a kit for an initialised application that imports `TaskerModule` with `worker: { enabled: false }`. */
  static of(app: INestApplicationContext): TaskerTestKit {
    return new TaskerTestKit(app);
  }

  /**
   * Runs all steps of all tasks that are due or become due meanwhile. Retries whose wait is not over stay waiting.
   * Tasks past their deadline fail first. At the end, task handlers are called for the tasks that ended
   * (`updateAnnotations`).
   *
   * @returns how many steps were claimed
   * @throws ActiveWorkerError if the application's worker runs too; errors of the database
   */
  async runUntilIdle(): Promise<number> {
    if (this.app.get(WorkerLoop, { strict: false }).isActive) throw new ActiveWorkerError();
    const worker = this.app.get(Worker, { strict: false });
    let claimed = 0;
    await this.app.get(CancellationWatcher, { strict: false }).lookOnce();
    for (let pass = await this.pass(worker); pass.claimed > 0 || pass.left > 0; pass = await this.pass(worker)) {
      claimed += pass.claimed;
    }
    await this.app.get(FinalHookRunner, { strict: false }).runOnce();
    return claimed;
  }

  /**
   * Ends the waits before the next attempts, as if the time had passed.
   *
   * @param taskId the task whose steps are meant; default: all tasks
   * @returns how many steps waited
   */
  makeDue(taskId?: string): Promise<number> {
    return this.app.get(ClockGateway, { strict: false }).makeDue(taskId ?? null);
  }

  /**
   * Runs a task until it ends, without waiting between retries.
   *
   * @throws UnendedTaskError if the task cannot go on, or would never end; UnknownTaskError
   */
  async runToEnd(taskId: string): Promise<TaskDetails> {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      await this.runUntilIdle();
      const task = await this.task(taskId);
      if (ENDED.includes(task.state)) return task;
      if ((await this.makeDue(taskId)) === 0) {
        const why =
          task.heldAt === null ? 'none of its steps is due in this process or waits for a time' : 'it is on hold';
        throw new UnendedTaskError(task, why);
      }
    }
    throw new UnendedTaskError(await this.task(taskId), `it was retried ${MAX_ROUNDS} times`);
  }

  /** Sends one heartbeat of this application's worker: renews its lease, and takes back the steps of lost workers. */
  async beat(): Promise<void> {
    await this.app.get(WorkerMaintenance, { strict: false }).runOnce();
  }

  /**
   * Returns a task with its steps: states, attempts, results and errors.
   *
   * @throws UnknownTaskError
   */
  async task(taskId: string): Promise<TaskDetails> {
    return this.app.get(TaskReader, { strict: false }).get(taskId);
  }

  private async pass(worker: Worker): Promise<{ readonly claimed: number; readonly left: number }> {
    const { claimed } = await worker.runOnce();
    await worker.settled();
    return { claimed, left: worker.waitingOutcomes };
  }
}
