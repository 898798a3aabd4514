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

/** Far more retries than a workflow under test has; what still goes on then goes on for ever. */
const MAX_ROUNDS = 1_000;
const ENDED: readonly TaskState[] = ['complete', 'error', 'cancelled', 'resolved_manually'];

/**
 * Runs workflows step by step in a test, with the real engine and a real PostgreSQL. No worker runs in the
 * background, and nothing waits: `runUntilIdle` runs what is due, and `makeDue` makes a wait end.
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

  /** The kit for an initialised application that imports `TaskerModule` with `worker: { enabled: false }`. */
  static of(app: INestApplicationContext): TaskerTestKit {
    return new TaskerTestKit(app);
  }

  /**
   * Runs every step that is due, and what becomes due through them, of any task; retries that wait for their time stay
   * waiting. Tasks past their deadline fail first. Then tells task handlers of the tasks that came to their end (`updateAnnotations`).
   *
   * @returns how many steps were claimed for that
   * @throws ActiveWorkerError when the application's worker runs too; what the database threw
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
   * Lets the waits before the next attempts be over, as if the time had passed.
   *
   * @param taskId only those of this task; default: all
   * @returns how many steps waited
   */
  makeDue(taskId?: string): Promise<number> {
    return this.app.get(ClockGateway, { strict: false }).makeDue(taskId ?? null);
  }

  /**
   * Runs a task until it is complete, in error or settled by an operator, and lets each wait before a retry be over.
   *
   * @throws UnendedTaskError when the task can go no further or goes on for ever; UnknownTaskError
   */
  async runToEnd(taskId: string): Promise<TaskDetails> {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      await this.runUntilIdle();
      const task = await this.task(taskId);
      if (ENDED.includes(task.state)) return task;
      if ((await this.makeDue(taskId)) === 0) {
        const why =
          task.heldAt === null
            ? 'nothing of it is due in this process, and nothing is waiting for a time'
            : 'it is on hold';
        throw new UnendedTaskError(task, why);
      }
    }
    throw new UnendedTaskError(await this.task(taskId), `it was retried ${MAX_ROUNDS} times`);
  }

  /** One heartbeat of this application's worker: renews its lease, and takes back the steps of workers gone silent. */
  async beat(): Promise<void> {
    await this.app.get(WorkerMaintenance, { strict: false }).runOnce();
  }

  /**
   * A task with its steps: states, attempts, results and errors.
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
