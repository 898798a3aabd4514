import { Input, RequiredInput } from '../../workflow/input.fields.js';
import { countOf, object, rowId, text } from '../../workflow/input.kinds.js';
import { TaskFilterFields } from '../../workflow/task.filter.js';
import { ActionInput } from './task.action.js';

/** The actions that can be applied to many tasks at once. */
export const BULK_ACTIONS = ['cancel', 'retry', 'reset', 'resolve', 'hold', 'release', 'erase'] as const;
/** One of `BULK_ACTIONS`. */
export type BulkAction = (typeof BULK_ACTIONS)[number];

export const MAX_BULK = 1_000;

/** The fields of `BulkFilter`. */
export class BulkFilterFields extends TaskFilterFields {
  /** What identifies a person. Tasks about that person; see `sensitive_data.subject` of templates. */
  @Input(text(), 'What identifies a person: selects the tasks that are about that person.')
  readonly dataSubject?: string;

  /** Only tasks with a higher id, to continue where an earlier call ended. */
  @Input(rowId('task'), 'Selects only tasks with a higher id, to continue where an earlier call ended.')
  readonly afterId?: string;

  /** 1 to 1,000. @default 1_000 */
  @Input(countOf({ minimum: 1, maximum: MAX_BULK, default: MAX_BULK }), 'The maximum number of tasks.')
  readonly limit?: number;
}

/** The tasks to act on, in the order of their ids. */
export type BulkFilter = Readonly<BulkFilterFields>;

export class BulkInput extends ActionInput {
  @RequiredInput(
    object('BulkFilter'),
    'The tasks to act on. Naming none of its fields is refused, as it would mean every task.',
  )
  readonly filter!: BulkFilter;
}

/** The reason for which a task was not changed. */
export interface BulkRefusal {
  readonly code: string;
  readonly message: string;
}

/** The result for one task of a bulk action. */
export interface BulkItem {
  readonly taskId: string;
  /** False if the task was already in the requested state, or if the action was refused. */
  readonly changed: boolean;
  /** The reason of a refusal; null if the action was not refused. */
  readonly error: BulkRefusal | null;
}

/** The results of a bulk action, and whether there are more tasks. */
export interface BulkReport {
  /** The results, in the order of the ids of the tasks. */
  readonly items: readonly BulkItem[];
  /** Whether there are more tasks than `limit`. If so, call again with `afterId` set to the last id. */
  readonly more: boolean;
}
