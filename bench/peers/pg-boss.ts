import pg from 'pg';
import { PgBoss } from 'pg-boss';
import type { Worker } from './peer.js';
import { untilNone } from './waiting.js';

export const QUEUE = 'bench';
export const BATCH = 500;
const OPEN = `select from pgboss.job where state <> 'completed' limit 1`;
const THIS_OPEN = `select from pgboss.job where name = '${QUEUE}' and id = $1 and state <> 'completed'`;
const CONNECTIONS = 10;

/** What both ways to use it have in common: a queue whose workers are woken by notifications, and fetch in batches. */
export const WORK = {
  batchSize: BATCH,
  burstWhenBatchFull: true,
  pollingIntervalSeconds: 0.5,
} as const;

/** Connected, with its schema and the queue in place. */
export async function openBoss(url: string): Promise<PgBoss> {
  const boss = new PgBoss({ connectionString: url, max: CONNECTIONS, useListenNotify: true, schedule: false });
  boss.on('error', (error) => console.error(error));
  await boss.start();
  await boss.createQueue(QUEUE, { notify: true });
  return boss;
}

/** A worker of either way, once its handlers are at work. */
export async function bossWorker(
  boss: PgBoss,
  url: string,
  /** Starts one task and resolves when all of its steps have run; which job was the latest to run. */
  { runOne, latestJob }: { readonly runOne: () => Promise<void>; readonly latestJob: () => string | undefined },
): Promise<Worker> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return {
    runLone: async () => {
      await runOne();
      await untilNone(client, THIS_OPEN, [latestJob()]);
    },
    settled: () => untilNone(client, OPEN),
    close: async () => {
      await client.end();
      await boss.stop({ graceful: false });
    },
  };
}
