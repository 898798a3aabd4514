import { PgBoss } from 'pg-boss';

export const QUEUE = 'bench';
export const BATCH = 500;
export const OPEN = `select from pgboss.job where state <> 'completed' limit 1`;
export const THIS_OPEN = `select from pgboss.job where name = '${QUEUE}' and id = $1 and state <> 'completed'`;
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
