import { Injectable } from '@nestjs/common';
import type { TaskScope } from '../workflow/task.scope.js';
import { Database } from './database.js';
import { InvalidContextPathError, SlowListError } from './persistence.errors.js';
import type { Session } from './session.js';
import { sqlStateOf } from './sql.errors.js';
import type { StoredPart, StoredParts, TaskOutline } from './task.details.js';
import { goesByIndex, Parameters, selectionOf, type StoredTaskFilter } from './task-filter.sql.js';
import { TaskScopeGateway } from './task-scope.gateway.js';
import { columnsOf, detailsOf, tasksRead, type ReadTask } from './task-read.sql.js';

/** The fields to sort by, with their SQL. The id decides between equal values. */
const SORT_COLUMNS = {
  /** The order of the ids, which is the order of creation; the primary key provides it. */
  createdAt: null,
  requestedAt: 't.requested_at',
  updatedAt: 't.updated_at',
  /** Unfinished tasks count as the latest. */
  completedAt: `coalesce(t.completed_at, 'infinity')`,
} as const;

export type TaskSortField = keyof typeof SORT_COLUMNS;
export const TASK_SORT_FIELDS = Object.keys(SORT_COLUMNS) as readonly TaskSortField[];

/** The position of a task in the sorted list. */
export interface TaskPosition {
  readonly id: string;
  /**
   * The value to sort by, an instant with microseconds or `infinity`; null for `createdAt`, for which the id is enough.
   */
  readonly key: string | null;
}

export interface TaskListQuery {
  readonly filter: StoredTaskFilter;
  /** Null for every task. */
  readonly scope: TaskScope | null;
  readonly sort: TaskSortField;
  readonly descending: boolean;
  /**
   * Selects tasks after this position or, backwards, before it. Null begins at the beginning or, backwards, at the end.
   */
  readonly from: TaskPosition | null;
  readonly backwards: boolean;
  readonly limit: number;
}

/** The first of the requested tasks in the sort order, as many as fit into one answer. */
export interface FoundTasks {
  readonly tasks: readonly PlacedTask[];
  /** Whether more tasks follow in the requested direction. */
  readonly hasMore: boolean;
}

/** A task of a list, with its position. */
export interface PlacedTask {
  readonly position: TaskPosition;
  readonly task: TaskOutline & Partial<StoredParts>;
}

/** Longer than a person would wait. */
const MAX_TIMEOUT_MS = 5_000;
const QUERY_CANCELED = '57014';
/** An undefined variable or a data exception: of all conditions of a filter, only a path can cause them. */
const UNREADABLE = /^(42704|22...)$/;

/** Finds tasks by filter and scope. */
@Injectable()
export class TaskListGateway {
  constructor(
    private readonly database: Database,
    private readonly scopes: TaskScopeGateway,
  ) {}

  /**
   * Returns positions in the sort order, one more than `limit` if there are more in the requested direction.
   *
   * @throws InvalidContextPathError, InvalidScopeError, SlowListError
   */
  async find(query: TaskListQuery): Promise<TaskPosition[]> {
    const parameters = new Parameters();
    return this.rows<TaskPosition>(query, findSql(query, parameters), parameters);
  }

  /**
   * Returns the tasks with the requested parts, at most `limit`, all of the same instant, because it uses one
   * statement.
   * @throws InvalidContextPathError, InvalidScopeError, SlowListError, AnswerTooLargeError
   */
  async findTasks(query: TaskListQuery, parts: readonly StoredPart[]): Promise<FoundTasks> {
    const parameters = new Parameters();
    const ids = `array(select page.id from page order by page.place limit ${parameters.add(query.limit)})`;
    const sql = `
with page as materialized (
  select f.*, row_number() over () as place from (${findSql(query, parameters)}) f
)
select p.id, p.key, (select count(*) from page)::integer as found, ${columnsOf(parts, query.scope, parameters)}
from ${tasksRead(ids, parameters.add(parts), 'null', parameters.add(this.database.maxReadBytes), 'page')}
join page p on p.id = d.task_id::text
order by p.place`;
    const rows = await this.rows<TaskPosition & ReadTask & { readonly found: number }>(query, sql, parameters);
    return {
      tasks: rows.map((row) => ({ position: { id: row.id, key: row.key }, task: detailsOf(row, parts) })),
      hasMore: rows.length > 0 && rows[0]!.found > rows.length,
    };
  }

  private async rows<Row>(query: TaskListQuery, sql: string, { values }: Parameters): Promise<Row[]> {
    const { filter, scope, sort } = query;
    const { contextPath } = filter;
    if (contextPath !== undefined && !(await this.database.call<boolean>('is_json_path', [contextPath]))) {
      throw new InvalidContextPathError(contextPath);
    }
    await this.scopes.check(scope);
    try {
      // A query that an index answers needs no time limit, and so no transaction.
      const isQuick = SORT_COLUMNS[sort] === null && goesByIndex(filter) && goesByIndex(scope ?? {});
      const rows = isQuick
        ? await this.database.query<Row>(sql, values)
        : await this.database.transaction((session) => this.inTime<Row>(session, sql, values));
      return query.backwards ? rows.reverse() : rows;
    } catch (error) {
      const state = sqlStateOf(error);
      if (state === QUERY_CANCELED) throw new SlowListError(this.timeoutMs / 1_000, { cause: error });
      if (contextPath !== undefined && UNREADABLE.test(state)) {
        throw new InvalidContextPathError(contextPath, { cause: error });
      }
      throw error;
    }
  }

  private async inTime<Row>(session: Session, sql: string, values: readonly unknown[]): Promise<Row[]> {
    await this.database.query(`select set_config('statement_timeout', $1, true)`, [String(this.timeoutMs)], session);
    return this.database.query<Row>(sql, values, session);
  }

  /**
   * Shorter than the limit of all statements, at which the connection would be lost and the error would not mention the
   * filter.
   */
  private get timeoutMs(): number {
    return Math.min(MAX_TIMEOUT_MS, Math.floor(this.database.limitMs / 2));
  }
}

function findSql(query: TaskListQuery, parameters: Parameters): string {
  const { filter, scope, sort, descending, from, backwards, limit } = query;
  const column = SORT_COLUMNS[sort];
  const goesDown = descending !== backwards;
  const { templates, conditions } = selectionOf(filter, scope, parameters);
  const direction = goesDown ? 'desc' : 'asc';
  const most = parameters.add(limit + 1);
  const by = (...first: readonly (string | null)[]): string =>
    [...first, column, 't.task_id'].flatMap((each) => (each === null ? [] : `${each} ${direction}`)).join(', ');
  const select = `select t.task_id::text as id, ${column === null ? 'null' : keyOf(column)} as key`;
  const end = `order by ${by()} limit ${most}`;
  if (templates === null) {
    return `${select} from ${tasksWhere([...conditions, ...rangeOf(column, from, goesDown, parameters)])} ${end}`;
  }
  const [range, order] =
    column === null
      ? [rangeInTemplate(from, goesDown, parameters), by('t.named_task_id')]
      : [[OF_TEMPLATE, ...rangeOf(column, from, goesDown, parameters)], by()];
  return `${select}
    from unnest(${templates}) v (named_task_id)
    cross join lateral (
      select t.* from ${tasksWhere([...conditions, ...range])} order by ${order} limit ${most}
    ) t
    ${end}`;
}

/** The value as text. A cast would depend on the session's `DateStyle` and time zone. */
const keyOf = (column: string): string =>
  `coalesce(to_char((${column}) at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'infinity')`;

function tasksWhere(conditions: readonly string[]): string {
  const where = conditions.length > 0 ? `where ${conditions.join('\n      and ')}` : '';
  return `__schema__.tasks t ${where}`;
}

const OF_TEMPLATE = 't.named_task_id = v.named_task_id';

/**
 * The range of one template in the index over template and id. The first tasks of each template are found there, and the first of
 * these are the answer: however rare a template is, no other tasks are read. It is not written as an equation, because the planner
 * would then consider an order by id alone the same, and read all tasks by id if it expects many of the template.
 */
function rangeInTemplate(from: TaskPosition | null, goesDown: boolean, parameters: Parameters): readonly string[] {
  const isReached = `t.named_task_id ${goesDown ? '>=' : '<='} v.named_task_id`;
  if (!from) return [isReached, `t.named_task_id ${goesDown ? '<=' : '>='} v.named_task_id`];
  const comes = goesDown ? '<' : '>';
  return [isReached, `(t.named_task_id, t.task_id) ${comes} (v.named_task_id, ${parameters.add(from.id)}::bigint)`];
}

function rangeOf(
  column: string | null,
  from: TaskPosition | null,
  goesDown: boolean,
  parameters: Parameters,
): readonly string[] {
  if (!from) return [];
  const comes = goesDown ? '<' : '>';
  const id = `${parameters.add(from.id)}::bigint`;
  if (column === null) return [`t.task_id ${comes} ${id}`];
  return [`(${column}, t.task_id) ${comes} (${parameters.add(from.key)}::timestamptz, ${id})`];
}
