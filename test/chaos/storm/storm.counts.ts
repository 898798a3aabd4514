import type { Crew } from './crew.js';
import type { Ledger } from './ledger.js';
import type { StormDatabase } from './storm.database.js';

/** What happened in a storm, in numbers. */
export interface StormCounts {
  /** Tasks that somebody wished to start. */
  readonly wished: number;
  /** Those of which nobody knows by an answer whether they were started. */
  readonly unacknowledged: number;
  /** Tasks by their state. */
  readonly tasks: Readonly<Record<string, number>>;
  /** Steps that are complete. */
  readonly steps: number;
  readonly attempts: number;
  readonly operatorActions: number;
  /** Identities that were declared lost. */
  readonly lostWorkers: number;
  /** Attempts taken back from them. */
  readonly lostAttempts: number;
  /** Attempts that were handed back, at a deployment or because the answer that gave them never arrived. */
  readonly handedBack: number;
  /** Failures that stand in the place of an outcome that a trigger refused. */
  readonly refusedOutcomes: number;
  /** Outcomes that came too late and were refused. */
  readonly staleOutcomes: number;
  /** Processes that found no database at their start or end. */
  readonly endedByTrouble: number;
}

type Counted = Omit<StormCounts, 'wished' | 'unacknowledged' | 'staleOutcomes' | 'endedByTrouble'>;

const COUNT = `
  select
    (select json_object_agg(state, total) from (
      select state, count(*) as total from __schema__.tasks group by state order by state
    ) x) as tasks,
    (select count(*)::integer from __schema__.workflow_steps where state = 'complete') as steps,
    (select sum(attempts)::integer from __schema__.workflow_steps) as attempts,
    (select count(*)::integer from __schema__.operator_actions) as "operatorActions",
    (select count(*)::integer from __schema__.workers where lost_at is not null) as "lostWorkers",
    (select count(*)::integer from __schema__.workflow_step_transitions where reason = 'worker_lost') as "lostAttempts",
    (select count(*)::integer from __schema__.workflow_step_transitions
     where from_state = 'in_progress' and to_state = 'pending') as "handedBack",
    (select count(*)::integer from __schema__.workflow_step_transitions
     where error ->> 'code' = 'OUTCOME_REFUSED') as "refusedOutcomes"`;

export async function countAll(database: StormDatabase, ledger: Ledger, crew: Crew): Promise<StormCounts> {
  const [counted] = await database.query<Counted>(COUNT);
  return {
    ...counted!,
    wished: ledger.entries.length,
    unacknowledged: ledger.entries.length - ledger.acknowledged.length,
    staleOutcomes: crew.staleOutcomes,
    endedByTrouble: crew.endedByTrouble,
  };
}
