/**
 * A worker in a process of its own, for tests that kill, pause and resume it. It tells the process that forked it what it
 * begins, and holds the steps that it was told to hold until it is told to let go.
 */
import { setTimeout as pass } from 'node:timers/promises';
import { EventBus } from 'nestjs-tasker';
import { aGate } from '../support/eventually.js';
import { HANDLER } from '../support/factories.js';
import { openHost, type StepFunction } from '../support/host.js';
import type { WorkerMessage, WorkerSettings } from './forked.worker.js';

process.once('disconnect', () => process.exit()); // nobody is left to do this for

const { url, worker, hold = [], workMs = 0 } = JSON.parse(process.argv[2]!) as WorkerSettings & { url: string };
const letGo = aGate();
process.on('message', () => letGo.open());

const act: StepFunction = async ({ task, step, attempt }) => {
  tell({ kind: 'began', taskId: task.id, step: step.name, attempt });
  if (hold.includes(step.name)) await letGo.passed;
  else await pass(workMs); // a step that takes no time is never killed in its middle
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

function tell(message: WorkerMessage): void {
  process.send?.(message);
}
