import { setTimeout as pass } from 'node:timers/promises';
import { ActionRefusedError, TaskerError, type TaskService } from 'nestjs-tasker';
import { isOutage } from '../../../lib/persistence/sql.errors.js';
import type { Host } from '../../support/host.js';
import { BY } from '../../support/operations.js';
import type { Ledger, LedgerEntry } from './ledger.js';
import { STORM_TEMPLATES } from './storm.templates.js';

const EVERY_MS = 150;
const AGAIN_MS = 100;
const LONGEST_HOLD_MS = 2_000;
/** Older tasks are over, most likely. */
const RECENT = 60;

/** What became of an action: done, refused by the engine, or nobody knows. */
type Answer = 'done' | 'refused' | 'unknown';

/** A person who interferes with tasks now and then, and what that may lead to. */
export class Operator {
  private readonly releases: Promise<void>[] = [];

  constructor(
    private readonly office: Host,
    private readonly ledger: Ledger,
    private readonly random: () => number,
  ) {}

  /** Goes on until the signal; resolves when nothing is on hold any more. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await pass(EVERY_MS);
      await this.actOnce();
    }
    await Promise.all(this.releases);
  }

  private async actOnce(): Promise<void> {
    const action = this.random();
    const recent = this.pick(this.ledger.acknowledged.slice(-RECENT));
    const failing = this.pick(this.ledger.acknowledged.slice(-RECENT).filter(mayFail));
    if (action < 0.2) await this.settle(recent, 'cancelled', (tasks, id) => tasks.cancel(id, BY));
    else if (action < 0.35) await this.settle(failing, 'resolved_manually', (tasks, id) => tasks.resolve(id, BY));
    else if (action < 0.55) await this.act(failing, (tasks, id) => tasks.retry(id, BY));
    else if (action < 0.7) await this.act(recent, (tasks, id) => tasks.change(id, { priority: 5 }, BY));
    else this.releases.push(this.hold(recent));
  }

  private pick<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(this.random() * items.length)];
  }

  /** Ends a task by hand: it is over then, in exactly this state. */
  private async settle(
    entry: LedgerEntry | undefined,
    state: string,
    action: (tasks: TaskService, id: string) => Promise<unknown>,
  ): Promise<void> {
    if (!entry || entry.isSettled) return;
    entry.isSettled = true;
    const answer = await this.act(entry, action);
    if (answer === 'done') entry.ends.clear();
    if (answer !== 'refused') entry.ends.add(state);
    if (answer === 'refused') entry.isSettled = false;
  }

  private async hold(entry: LedgerEntry | undefined): Promise<void> {
    if (!entry) return;
    const heldForMs = this.random() * LONGEST_HOLD_MS;
    if ((await this.act(entry, (tasks, id) => tasks.hold(id, BY))) === 'refused') return;
    await pass(heldForMs);
    while ((await this.act(entry, (tasks, id) => tasks.release(id, BY))) === 'unknown') await pass(AGAIN_MS);
  }

  private async act(
    entry: LedgerEntry | undefined,
    action: (tasks: TaskService, id: string) => Promise<unknown>,
  ): Promise<Answer> {
    if (!entry) return 'refused';
    try {
      await action(this.office.tasks, entry.id!); // only acknowledged ones are picked
      return 'done';
    } catch (error) {
      if (error instanceof ActionRefusedError) return 'refused';
      if ((error instanceof TaskerError && !isOutage(error)) || error instanceof TypeError) {
        this.ledger.problems.push(`An action on task ${entry.id} failed: ${String(error)}`);
      }
      return 'unknown';
    }
  }
}

function mayFail({ template }: LedgerEntry): boolean {
  return STORM_TEMPLATES[template].end !== 'complete';
}
