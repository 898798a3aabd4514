import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { CrashStory } from '../stories/order.story.js';
import type { HeldOrder, HoldAnswer, HoldOrders } from './doomed.protocol.js';
import { StartProblem } from './start.problem.js';

const ENTRY = fileURLToPath(new URL('../worker.main.js', import.meta.url));

export interface KilledWorker {
  readonly pid: number;
  readonly held: readonly HeldOrder[];
}

/** Lets a process of its own take the orders, and kills it with SIGKILL once it holds them all. */
export async function killWorkerHolding(stories: readonly CrashStory[], databaseUrl: string): Promise<KilledWorker> {
  const child = fork(ENTRY, { env: { ...process.env, DATABASE_URL: databaseUrl } });
  try {
    const answer = answerOf(child);
    child.send({ orders: stories.map(({ title, order, heldAt }) => ({ title, order, heldAt })) } satisfies HoldOrders);
    return { pid: child.pid!, held: await answer };
  } finally {
    await kill(child);
  }
}

function answerOf(child: ChildProcess): Promise<readonly HeldOrder[]> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new StartProblem(`The worker process ended by itself, with code ${code}.`)));
    child.once('message', (message) => {
      const answer = message as HoldAnswer;
      if ('held' in answer) resolve(answer.held);
      else reject(new StartProblem(answer.problem));
    });
  });
}

/** Resolves when the process is gone. */
async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
