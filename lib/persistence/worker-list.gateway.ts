import { Injectable } from '@nestjs/common';
import { Database } from './database.js';
import { iso } from './instant.text.js';
import { isInScope, Parameters, templatesOf } from './task-filter.sql.js';
import type { TaskScope } from '../workflow/task.scope.js';

/** A worker that runs or ran steps. */
export interface WorkerDetails {
  readonly id: string;
  readonly name: string;
  readonly host: string;
  readonly pid: number;
  /** The version of nestjs-tasker. */
  readonly version: string;
  /** The queues that the worker takes steps from; null for all queues. */
  readonly queues: readonly string[] | null;
  /** The maximum number of steps that the worker runs at the same time. */
  readonly concurrency: number;
  readonly runningSteps: number;
  /** `late` means that its lease expired, but no other worker has declared it lost yet. */
  readonly status: 'running' | 'late' | 'stopped' | 'lost';
  readonly startedAt: string;
  readonly lastHeartbeatAt: string;
}

/** The numbers of steps of one namespace in one queue. */
export interface QueueDetails {
  readonly queue: string;
  readonly namespace: string;
  /** The number of steps that can run now. */
  readonly readySteps: number;
  readonly runningSteps: number;
  /** The number of failed steps that wait for their next attempt. */
  readonly retryingSteps: number;
  /** The number of steps that are due later, without retries. */
  readonly scheduledSteps: number;
  /** The number of steps whose task is on hold. */
  readonly heldSteps: number;
  /** When the first ready step became ready; null if no step is ready. */
  readonly oldestReadyAt: string | null;
}

/** About as many as a process leaves in a day that crashes and restarts every few seconds. */
const MAX_WORKERS = 10_000;
/** The maximum size of the names and queues of a worker, in bytes. */
const WORKER_BYTES = 4_096;

/** Reads workers and queues. */
@Injectable()
export class WorkerListGateway {
  constructor(private readonly database: Database) {}

  /**
   * Returns the running workers, and those that ended within the given hours, the latest first, at most ten thousand.
   */
  async workers(endedWithinHours: number, scope: TaskScope | null): Promise<readonly WorkerDetails[]> {
    const parameters = new Parameters();
    const rows = await this.database.query<{ details: WorkerDetails }>(
      workersSql(
        parameters.add(endedWithinHours),
        parameters.add(this.database.rowsWithin(MAX_WORKERS, WORKER_BYTES)),
        readySteps(scope, parameters),
      ),
      parameters.values,
    );
    return rows.map(({ details }) => details);
  }

  /**
   * Returns the queues, by name and namespace. Reads all queued steps.
   * @throws AnswerTooLargeError
   */
  async queues(scope: TaskScope | null): Promise<readonly QueueDetails[]> {
    const parameters = new Parameters();
    const sql = queuesSql(lanesOf(scope, parameters), readySteps(scope, parameters));
    const rows = await this.database.queryWhole<{ details: QueueDetails }>(sql, parameters.values);
    return rows.map(({ details }) => details);
  }
}

/** SQL for the steps of tasks in scope that wait or run. */
const readySteps = (scope: TaskScope | null, parameters: Parameters): string =>
  scope === null
    ? '__schema__.ready_steps'
    : `(select r.* from __schema__.ready_steps r where ${isInScope('r.task_id', scope, parameters)})`;

/** A condition on `l`, a lane: a template in scope has a step in it. */
function lanesOf(scope: TaskScope | null, parameters: Parameters): string {
  const templates = scope && templatesOf(scope, parameters);
  if (templates === null) return 'true';
  return `l.lane_id in (select st.lane_id from __schema__.named_tasks_named_steps st where st.named_task_id = any (${templates}))`;
}

const workersSql = (hours: string, limit: string, ready: string): string => `
select json_build_object(
  'id', w.worker_id::text, 'name', w.name, 'host', w.host, 'pid', w.pid, 'version', w.version, 'queues', w.queues,
  'concurrency', w.concurrency, 'runningSteps', coalesce(held.steps, 0),
  'status', case
    when w.lost_at is not null then 'lost'
    when w.stopped_at is not null then 'stopped'
    when w.last_heartbeat_at < now() - make_interval(secs => w.lease_seconds) then 'late'
    else 'running'
  end,
  'startedAt', ${iso('w.started_at')}, 'lastHeartbeatAt', ${iso('w.last_heartbeat_at')}
) as details
from __schema__.workers w
left join (
  select r.worker_id, count(*) as steps from ${ready} r where r.worker_id is not null group by r.worker_id
) held on held.worker_id = w.worker_id
where coalesce(w.lost_at, w.stopped_at, now()) >= now() - make_interval(hours => ${hours})
order by w.worker_id desc limit ${limit}`;

const queuesSql = (lanes: string, ready: string): string => `
select json_build_object(
  'queue', l.queue, 'namespace', ns.name,
  'readySteps', count(*) filter (where q.is_ready), 'runningSteps', count(*) filter (where q.worker_id is not null),
  'retryingSteps', count(*) filter (where q.is_later and q.retrying),
  'scheduledSteps', count(*) filter (where q.is_later and not q.retrying),
  'heldSteps', count(*) filter (where q.worker_id is null and q.is_held),
  'oldestReadyAt', ${iso('min(q.run_at) filter (where q.is_ready)')}
) as details
from __schema__.lanes l
join __schema__.task_namespaces ns on ns.task_namespace_id = l.task_namespace_id
left join (
  select r.*, r.worker_id is null and not r.is_held and r.run_at <= now() as is_ready,
    r.worker_id is null and not r.is_held and r.run_at > now() as is_later
  from ${ready} r
) q on q.lane_id = l.lane_id
where ${lanes}
group by l.queue, ns.name
order by l.queue, ns.name`;
