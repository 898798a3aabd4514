import { setTimeout as pass } from 'node:timers/promises';
import { stepHistory } from '../../support/history.js';
import type { Host } from '../../support/host.js';
import { LEASE_SECONDS, POLL_INTERVAL_MS } from './crew.js';
import type { Ledger } from './ledger.js';
import { requestOf } from './starter.js';
import type { StormDatabase } from './storm.database.js';

/** Six steps of ten milliseconds each, one after the other, take about a quarter of this. */
export const PROMPT_MS = 500;
/** What is lost is given back when a lease is over, and what nobody was told of is found at the next poll. */
const RECOVERY_MS = LEASE_SECONDS * 1_000 + POLL_INTERVAL_MS;
const GIVE_UP_MS = 30_000;
const LOOK_EVERY_MS = 10;
const AGAIN_MS = 100;

export interface Recovery {
  /** From the end of the last fault until a task that was started then finished promptly; null when none did. */
  readonly afterMs: number | null;
  /** Those that were started and did not. */
  readonly slowTasks: readonly string[];
}

/**
 * Starts one task after the other until one finishes promptly.
 *
 * @param promptMs what is prompt; with `Infinity`, the first that finishes is
 */
export async function measureRecovery(
  office: Host,
  database: StormDatabase,
  ledger: Ledger,
  promptMs: number,
): Promise<Recovery> {
  const begunAt = performance.now();
  const slowTasks: string[] = [];
  while (performance.now() < begunAt + GIVE_UP_MS) {
    const startedAt = performance.now();
    const id = await startProbe(office, ledger);
    while (performance.now() < begunAt + GIVE_UP_MS && !(await isComplete(database, id))) await pass(LOOK_EVERY_MS);
    if (performance.now() - startedAt <= promptMs) return { afterMs: performance.now() - begunAt, slowTasks };
    slowTasks.push(id);
  }
  return { afterMs: null, slowTasks };
}

/** That it took too long, with what became of the tasks meanwhile; nothing when it did not. */
export async function slownessOf(
  { afterMs, slowTasks }: Recovery,
  database: StormDatabase,
): Promise<readonly string[]> {
  if (afterMs !== null && afterMs <= RECOVERY_MS) return [];
  const histories = await Promise.all(slowTasks.slice(0, 3).map((id) => stepHistory(database, id)));
  const lines = histories.flat().map((move) => JSON.stringify(move));
  return [`Back at full speed after ${afterMs} ms, and not within ${RECOVERY_MS} ms:\n${lines.join('\n')}`];
}

async function startProbe(office: Host, ledger: Ledger): Promise<string> {
  const entry = ledger.add('brief', true);
  for (;;) {
    try {
      entry.id = (await office.tasks.start(requestOf(entry))).id;
      return entry.id;
    } catch {
      await pass(AGAIN_MS); // how long it takes is what is measured
    }
  }
}

async function isComplete(database: StormDatabase, id: string): Promise<boolean> {
  const [task] = await database.insist<{ state: string }>('select state from __schema__.tasks where task_id = $1', id);
  return task?.state === 'complete';
}
