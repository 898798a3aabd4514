import { setTimeout as pause } from 'node:timers/promises';
import type { INestApplicationContext } from '@nestjs/common';
import { AuditService, TaskerWorker, TaskService } from 'nestjs-tasker';
import type pg from 'pg';
import { openApp } from './bench.app.js';
import { median } from './percentiles.js';
import { workload } from './workloads.js';

/** What the audit log costs, and how fast it is sealed and verified. */
export interface AuditMeasurement {
  readonly entries: number;
  readonly sealedPerSecond: number;
  /** The median of the rounds. */
  readonly verifiedPerSecond: number;
  readonly cancels: number;
  /** Cancellations per second without and with the audit log: medians of the rounds, which alternate. */
  readonly cancelsPerSecond: { readonly off: number; readonly on: number };
  readonly ratio: number;
  /** Whether the chains were valid after all of it. */
  readonly isValid: boolean;
}

const ENTRIES = 200_000;
const CANCELS = 10_000;
const AT_ONCE = 500;
const ROUNDS = 5;
/** Long enough for all entries to be sealed on a slow machine. */
const PATIENCE_MS = 600_000;

export async function measureAudit(url: string, client: pg.Client): Promise<AuditMeasurement> {
  const load = workload('single', 1, 1);
  const open = (isOn: boolean): Promise<INestApplicationContext> =>
    openApp(url, load, { enabled: isOn, start: 'manual' }, { enabled: isOn });
  const [off, on] = [await open(false), await open(true)];
  const perSecond = { off: [] as number[], on: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    perSecond.off.push(await cancelsPerSecond(off));
    perSecond.on.push(await cancelsPerSecond(on));
  }
  await off.close();
  const sealedPerSecond = await seal(client, on);
  const audit = on.get(AuditService);
  const verified: number[] = [];
  let isValid = true;
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now();
    const report = await audit.verify();
    verified.push((report.entries / (performance.now() - began)) * 1_000);
    isValid &&= report.isValid;
  }
  await on.close();
  const cancels = { off: Math.round(median(perSecond.off)), on: Math.round(median(perSecond.on)) };
  return {
    entries: ENTRIES + CANCELS * ROUNDS,
    sealedPerSecond: Math.round(sealedPerSecond),
    verifiedPerSecond: Math.round(median(verified)),
    cancels: CANCELS,
    cancelsPerSecond: cancels,
    ratio: Math.round((cancels.on / cancels.off) * 1_000) / 1_000,
    isValid,
  };
}

/** Starts tasks, and then cancels them, many at a time. */
async function cancelsPerSecond(app: INestApplicationContext): Promise<number> {
  const tasks = app.get(TaskService);
  const { definitions } = workload('single', 1, 1);
  const started = await tasks.startMany(
    definitions[0]!,
    Array.from({ length: CANCELS }, () => ({ context: {} })),
  );
  const left = started.values();
  const began = performance.now();
  const cancelAll = async (): Promise<void> => {
    for (const { id } of left) await tasks.cancel(id, { actor: 'ann', reason: 'measured' });
  };
  await Promise.all(Array.from({ length: AT_ONCE }, cancelAll));
  return (CANCELS / (performance.now() - began)) * 1_000;
}

/** Adds entries like those of actions, and waits until the worker of the application has sealed them all. */
async function seal(client: pg.Client, app: INestApplicationContext): Promise<number> {
  await client.query(
    `insert into tasker.audit_inbox (occurred_at, namespace, operation, permission, face, actor, method, token_id,
       correlation_id, subject_kind, subject_id, task_id, outcome, details)
     select now(), 'bench', 'holdTask', 'tasker.task:update', 'rest', 'ann', 'jwt', md5(n::text), gen_random_uuid()::text,
       'task', n::text, n, 'done', '{"roles": ["operator"], "address": "192.0.2.1", "reason": "the bank is back"}'
     from generate_series(1, $1::integer) n`,
    [ENTRIES],
  );
  const { rows } = await client.query<{ count: string }>('select count(*) from tasker.audit_inbox');
  await app.get(TaskerWorker).start();
  const began = performance.now();
  while (performance.now() - began < PATIENCE_MS) {
    const { rowCount } = await client.query('select from tasker.audit_inbox limit 1');
    if (rowCount === 0) return (Number(rows[0]!.count) / (performance.now() - began)) * 1_000;
    await pause(50);
  }
  throw new Error('The entries were not sealed in time.');
}
