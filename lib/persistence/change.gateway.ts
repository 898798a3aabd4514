import { Injectable } from '@nestjs/common';
import { Database } from './database.js';
import type { TransitionDetails } from './task.details.js';
import { STEP_TRANSITION, TASK_TRANSITION, TRANSITION_FIELDS } from './transition.sql.js';

/** A position in the two histories: the last id of each. */
export interface ChangePosition {
  readonly task: string;
  readonly step: string;
}

/** See `sql/functions/look_for_changes.sql`. */
export interface ChangeLook extends ChangePosition {
  readonly writers: readonly string[];
  readonly visible: ChangePosition;
  readonly era: string;
}

/** A transition, with its task and step. */
export interface StoredChange extends TransitionDetails {
  /** The id of the row in the history of tasks or, with a `step`, in the history of steps. */
  readonly rowId: string;
  readonly taskId: string;
  readonly namespace: string;
  /** The name of the task template. */
  readonly name: string;
  readonly version: string;
  readonly stepId: string | null;
  /** Microseconds since 1970, by which the two histories are merged. */
  readonly micros: number;
}

/** The new transitions of each history, by id. If there are as many as requested, there may be more. */
export interface StoredChanges {
  readonly tasks: readonly StoredChange[];
  readonly steps: readonly StoredChange[];
  /** True if later steps are left for the next read, because the begin of their task is not among the tasks yet. */
  readonly isHeldBack: boolean;
}

/**
 * The maximum size of a transition, in bytes of JSON. The largest part is the message of a failure: at most 4,000
 * characters (`step-error.record.ts`), each of six bytes if they are control characters.
 */
export const CHANGE_BYTES = 40_960;

interface ChangeRow {
  readonly change: StoredChange;
}

/** Reads new transitions of tasks and steps. */
@Injectable()
export class ChangeGateway {
  constructor(private readonly database: Database) {}

  look({ task, step }: ChangePosition): Promise<ChangeLook> {
    return this.database.call('look_for_changes', [task, step]);
  }

  /** Returns the highest ids that have been assigned. */
  idsGivenOut(): Promise<ChangePosition> {
    return this.database.call('ids_given_out', []);
  }

  /** The number of changes of each history that fit into one answer, at most `limit`. */
  roomFor(limit: number): number {
    return this.database.rowsWithin(limit, 2 * CHANGE_BYTES);
  }

  /**
   * Reads the transitions after one position up to another, at most `limit` of each history (see `roomFor`).
   * @param taskIds selects only transitions of these tasks; null for all
   */
  async read(
    after: ChangePosition,
    until: ChangePosition,
    taskIds: readonly string[] | null,
    limit: number,
  ): Promise<StoredChanges> {
    const some = taskIds !== null;
    const ids = some ? [taskIds] : [];
    const [tasks, steps] = await Promise.all([
      this.database.query<ChangeRow>(ofTasks(some), [after.task, until.task, limit, ...ids]),
      this.database.query<ChangeRow>(ofSteps(some), [after.step, until.step, limit, ...ids]),
    ]);
    const allSteps = steps.map(({ change }) => change);
    const heldBack = await this.firstHeldBack(allSteps, until);
    return {
      tasks: tasks.map(({ change }) => change),
      steps: heldBack < 0 ? allSteps : allSteps.slice(0, heldBack),
      isHeldBack: heldBack >= 0,
    };
  }

  /**
   * The index of the first step that began together with its task, if the begin of the task comes only after `until`;
   * otherwise -1. A claim writes both transitions, and the ids may have been read in between.
   */
  private async firstHeldBack(steps: readonly StoredChange[], until: ChangePosition): Promise<number> {
    const begun = steps.filter(isBegin).map(({ taskId }) => taskId);
    if (begun.length === 0) return -1;
    const rows = await this.database.query<{ begin: { readonly taskId: string; readonly micros: number } }>(
      BEGINS_AFTER,
      [[...new Set(begun)], until.task],
    );
    const micros = new Map(rows.map(({ begin }) => [begin.taskId, begin.micros]));
    return steps.findIndex((step) => isBegin(step) && (micros.get(step.taskId) ?? Infinity) <= step.micros);
  }
}

function isBegin({ from, to }: StoredChange): boolean {
  return from === 'pending' && to === 'in_progress';
}

const MICROS = '(extract(epoch from h.created_at) * 1000000)::bigint';

const FIELDS = `'rowId', h.id::text, 'taskId', h.task_id::text, 'stepId', h.workflow_step_id::text,
  'namespace', ns.name, 'name', nt.name, 'version', nt.version,
  'micros', ${MICROS}, ${TRANSITION_FIELDS}`;

/** Joins the template to the rows `h`, which an index finds in a history of any length. */
const TEMPLATE = `join __schema__.tasks t on t.task_id = h.task_id
join __schema__.named_tasks nt on nt.named_task_id = t.named_task_id
join __schema__.task_namespaces ns on ns.task_namespace_id = t.task_namespace_id
order by h.id`;

/** Finds the first transition of each task. */
const BEGINS_AFTER = `
select json_build_object('taskId', h.task_id::text, 'micros', min(${MICROS})) as begin
from __schema__.task_transitions h
where h.task_id = any ($1) and h.id > $2 and h.from_state = 'pending' and h.to_state = 'in_progress'
group by h.task_id`;

const ofTasks = (someOnly: boolean): string => `
with found as materialized (
  select x.* from __schema__.task_transitions x
  where x.id > $1 and x.id <= $2 ${someOnly ? 'and x.task_id = any ($4)' : ''}
  order by x.id limit $3
), h as (
  select ${TASK_TRANSITION}, null::bigint as workflow_step_id from found x
)
select json_build_object(${FIELDS}) as change from h ${TEMPLATE}`;

const ofSteps = (someOnly: boolean): string => `
with found as materialized (
  select x.*
  from ${someOnly ? STEPS_OF_SOME : '__schema__.workflow_step_transitions x where'} x.id > $1 and x.id <= $2
  order by x.id limit $3
), h as (
  select ${STEP_TRANSITION}, x.workflow_step_id
  from found x
  join __schema__.workflow_steps s on s.workflow_step_id = x.workflow_step_id
  join __schema__.named_steps n on n.named_step_id = s.named_step_id
  left join __schema__.workers w on w.worker_id = x.worker_id
)
select json_build_object(${FIELDS}) as change from h ${TEMPLATE}`;

const STEPS_OF_SOME = `__schema__.workflow_steps o
  join __schema__.workflow_step_transitions x on x.workflow_step_id = o.workflow_step_id
  where o.task_id = any ($4) and`;
