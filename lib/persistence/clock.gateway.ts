import { Injectable } from '@nestjs/common';
import { Database } from './database.js';

/** Ends waits early, for tests. */
@Injectable()
export class ClockGateway {
  constructor(private readonly database: Database) {}

  /**
   * Ends the waits of one task, or of all: for a retry, a later start or the next start under a limit. Returns how many
   * there were.
   */
  async makeDue(taskId: string | null): Promise<number> {
    const [row] = await this.database.query<{ ended: number }>(
      `with ended as (
         update __schema__.ready_steps set run_at = now()
         where worker_id is null and run_at > now() and ($1::bigint is null or task_id = $1)
         returning 1
       ),
       limited as (
         select distinct limit_key, lane_id from __schema__.ready_steps
         where worker_id is null and limit_key is not null and ($1::bigint is null or task_id = $1)
       ),
       forgotten as (
         delete from __schema__.limit_starts s using limited l where s.limit_key = l.limit_key
         returning 1
       ),
       -- A check more than those that wait for their time: they may be of other tasks.
       checked as (
         insert into __schema__.limit_checks (limit_key, lane_id) select limit_key, lane_id from limited
       )
       select (select count(*) from ended)::integer + (select count(*) from forgotten)::integer as ended`,
      [taskId],
    );
    return row!.ended;
  }
}
