import { Injectable } from '@nestjs/common';
import type { TaskState } from '../workflow/states.js';
import { Database } from './database.js';

/** Which tasks are meant; all that is given must hold. */
export interface TaskFilter {
  readonly ids?: readonly string[];
  readonly namespace?: string;
  /** Of the task template. */
  readonly name?: string;
  readonly version?: string;
  readonly states?: readonly TaskState[];
  /** Tasks that have all of these. */
  readonly tags?: readonly string[];
  readonly initiator?: string;
  readonly createdAfter?: Date;
  readonly createdBefore?: Date;
  /** Only later ids, to go on where an earlier call ended. */
  readonly afterId?: string;
  /** At most so many, from 1 to 1,000. @default 1_000 */
  readonly limit?: number;
}

export const MAX_FILTERED = 1_000;

/** Finds tasks by what they are. */
@Injectable()
export class TaskFilterGateway {
  constructor(private readonly database: Database) {}

  /** Ids in order, one more than `limit` when there are more. */
  async findIds(filter: TaskFilter): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(FIND_IDS, [
      filter.ids ?? null,
      filter.namespace ?? null,
      filter.name ?? null,
      filter.version ?? null,
      filter.states ?? null,
      filter.tags ? JSON.stringify(filter.tags) : null,
      filter.initiator ?? null,
      filter.createdAfter ?? null,
      filter.createdBefore ?? null,
      filter.afterId ?? null,
      (filter.limit ?? MAX_FILTERED) + 1,
    ]);
    return rows.map(({ id }) => id);
  }
}

const FIND_IDS = `
select t.task_id::text as id
from __schema__.tasks t
join __schema__.named_tasks nt on nt.named_task_id = t.named_task_id
join __schema__.task_namespaces ns on ns.task_namespace_id = nt.task_namespace_id
where ($1::bigint[] is null or t.task_id = any ($1))
  and ($2::text is null or ns.name = $2)
  and ($3::text is null or nt.name = $3)
  and ($4::text is null or nt.version = $4)
  and ($5::text[] is null or t.state = any ($5))
  and ($6::jsonb is null or t.tags @> $6)
  and ($7::text is null or t.initiator = $7)
  and ($8::timestamptz is null or t.created_at > $8)
  and ($9::timestamptz is null or t.created_at < $9)
  and ($10::bigint is null or t.task_id > $10)
order by t.task_id
limit $11`;
