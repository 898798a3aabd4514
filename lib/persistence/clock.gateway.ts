import { Injectable } from '@nestjs/common';
import { Database } from './database.js';

/** Lets waits be over before their time. For tests: in production time does that. */
@Injectable()
export class ClockGateway {
  constructor(private readonly database: Database) {}

  /** Ends the waits of one task's retries, or of all; answers how many there were. */
  async makeDue(taskId: string | null): Promise<number> {
    const [row] = await this.database.query<{ ended: number }>(
      `with ended as (
         update __schema__.ready_steps set run_at = now()
         where worker_id is null and run_at > now() and ($1::bigint is null or task_id = $1)
         returning 1
       )
       select count(*)::integer as ended from ended`,
      [taskId],
    );
    return row!.ended;
  }
}
