/**
 * A worker in a process of its own, for tests that kill, pause and resume it. It tells the process that forked it what it
 * begins, and holds the steps that it was told to hold until it is told to let go.
 */
import { setTimeout as pass } from 'node:timers/promises';
import { EventBus } from 'nestjs-tasker';
import { DataSource } from 'typeorm';
import { aGate } from '../support/eventually.js';
import { HANDLER } from '../support/factories.js';
import { openHost, type StepFunction } from '../support/host.js';
import type { WorkerMessage, WorkerSettings } from './forked.worker.js';

process.once('disconnect', () => process.exit()); // nobody is left to do this for

const settings = JSON.parse(process.argv[2]!) as WorkerSettings & { url: string };
const { url, worker, hold = [], workMs = 0, effects = [], spans = false } = settings;
const letGo = aGate();
process.on('message', () => letGo.open());

const act: StepFunction = async (context) => {
  const { task, step, attempt, signal } = context;
  if (effects.includes(step.name)) {
    await context.manager.query('insert into effects (step_id, attempt) values ($1, $2)', [step.id, attempt]);
  }
  signal.addEventListener('abort', () => tell({ kind: 'aborted', taskId: task.id, step: step.name }));
  tell({ kind: 'began', taskId: task.id, step: step.name, attempt });
  const [began] = spans ? await clock() : [];
  if (hold.includes(step.name)) await letGo.passed;
  else await pass(workMs); // a step that takes no time is never killed in its middle
  if (began) {
    const key = (task.context.key as string | undefined) ?? '';
    await query('insert into spans (key, began_at, ended_at) values ($1, $2, clock_timestamp())', [key, began.at]);
  }
  return { pid: process.pid };
};

const host = await openHost({
  url,
  name: `worker ${process.pid}`,
  handlers: { [HANDLER]: act },
  worker: { ...worker, enabled: true },
});
host.get(EventBus).on('step.outcome_stale', ({ taskId, attempt, workerId }) => {
  tell({ kind: 'stale', taskId, attempt, workerId });
});
tell({ kind: 'ready' });

function clock(): Promise<{ readonly at: string }[]> {
  return query('select clock_timestamp()::text as at', []); // as text, which keeps the microseconds
}

function query<Row>(sql: string, parameters: unknown[]): Promise<Row[]> {
  return host.get(DataSource).query(sql, parameters);
}

function tell(message: WorkerMessage): void {
  process.send?.(message);
}
