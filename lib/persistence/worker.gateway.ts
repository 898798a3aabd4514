import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { JsonObject, JsonValue } from '../workflow/json.js';
import type { StepState, TaskState } from '../workflow/states.js';
import type { StepFailure } from '../workflow/step-failure.js';
import { claimedSteps, type ClaimsDocument } from './claims.document.js';
import { Database, LONG_MS } from './database.js';
import { HOT_TABLES } from './hot.tables.js';
import { startLimitMs, startParameters, type CreatedTask, type NewTask } from './task.gateway.js';

/** How an attempt ended; see `sql/functions/record_outcomes.sql`. */
export type OutcomeKind = 'complete' | 'retry' | 'error' | 'release';

/** One finished attempt on its way to the database. */
export interface RecordedOutcome {
  readonly stepId: string;
  readonly taskId: string;
  readonly attemptNumber: number;
  readonly kind: OutcomeKind;
  /** JSON text of the results, for `complete`. */
  readonly results: string | null;
  /** JSON text of the error, for `retry` and `error`. */
  readonly error: string | null;
  /** Seconds until the next attempt, for `retry`. */
  readonly afterSeconds: number | null;
}

export type ParentResults = readonly [templateId: string, results: JsonValue];

/** A step leased to this worker, with what its handler needs. */
export interface ClaimedStep {
  readonly id: string;
  readonly taskId: string;
  readonly templateId: string;
  /** Since the latest reset, from 1. */
  readonly attempt: number;
  /** Counts on over resets, so it names this attempt: an outcome is accepted for the latest one only. */
  readonly attemptNumber: number;
  readonly retryLimit: number;
  readonly from: 'pending' | 'error';
  readonly context: JsonObject;
  /** Of the direct parents. */
  readonly results: readonly ParentResults[];
  readonly initiator: string;
  readonly sourceSystem: string;
  readonly reason: string;
  readonly tags: readonly string[];
  readonly requestedAt: string;
  /** Set: what it needs is over the budget of a claim, so it came without. Bytes as JSON text. */
  readonly tooLargeBytes: number | null;
}

/** Names an attempt by its step and its number. */
export type HeldAttempt = Pick<ClaimedStep, 'id' | 'attemptNumber'>;

export interface TaskChange {
  readonly id: string;
  readonly from: TaskState;
  readonly to: TaskState;
}

/** A change of a step's state that no attempt caused. */
export interface StepChange {
  readonly stepId: string;
  readonly taskId: string;
  /** Its name. */
  readonly step: string;
  readonly namespace: string;
  /** Of the task template. */
  readonly name: string;
  readonly version: string;
  readonly attempt: number;
  readonly from: StepState;
  readonly to: StepState;
  /** Of a step that is in error now; null for any other. */
  readonly error: StepFailure | null;
}

/** What recording a batch of outcomes led to; positions count from 1 in the order of the batch. */
export interface OutcomeFacts {
  readonly stale: readonly number[];
  readonly retries: readonly { readonly position: number; readonly runAt: string }[];
  readonly tasks: readonly TaskChange[];
  /** Steps that were given the state decided ahead of their turn. */
  readonly settled: readonly StepChange[];
  /** Steps that became ready. */
  readonly freed: number;
}

/** What a worker can take on. */
export interface ClaimRequest {
  readonly workerId: string;
  /** How many more steps the worker can take. */
  readonly want: number;
  /** Null serves all queues. */
  readonly queues: readonly string[] | null;
  /** Step templates of which the worker takes none, such as those whose handler this process lacks. */
  readonly without: readonly string[];
  /** Step templates of which it takes `scarceWant` steps at most. */
  readonly scarce: readonly string[];
  readonly scarceWant: number;
  /** Of the contexts and results that the claimed steps need, as JSON text; the first step comes in any case. */
  readonly maxBytes: number;
}

export interface AdvanceRequest extends ClaimRequest {
  readonly outcomes: readonly RecordedOutcome[];
}

export interface AdvanceAnswer {
  /** The worker was declared dead; nothing was claimed. */
  readonly lost: boolean;
  readonly facts: OutcomeFacts | null;
  /** Seconds until a limit that is full lets another step start; null when none is. */
  readonly limitOpensIn: number | null;
  readonly claimed: { readonly steps: readonly ClaimedStep[]; readonly tasks: readonly TaskChange[] };
  /** Steps were left that did not fit into the bytes. */
  readonly cut: boolean;
}

/** Why the database refused something. */
export interface DatabaseRefusal {
  readonly sqlState: string;
  readonly message: string;
}

/** Of the outcome at this position, from 1. */
export interface RefusedOutcome extends DatabaseRefusal {
  readonly position: number;
  /** JSON text of the failure that was recorded in its place; null: nothing was, and the step is still leased to the worker. */
  readonly error: string | null;
}

export interface RefusedClaim extends DatabaseRefusal {
  readonly stepId: string;
  readonly taskId: string;
  /** Nobody tries to claim it for half a minute. */
  readonly isLater: boolean;
}

/** What an `advance` did whose parts could be refused by themselves. */
export interface ApartAnswer extends AdvanceAnswer {
  readonly outcomes: readonly RefusedOutcome[];
  readonly claims: readonly RefusedClaim[];
  /** Why no step with a limit was claimed; null when limits could be looked at. */
  readonly limits: DatabaseRefusal | null;
  /** Why tasks past their deadline could not be passed over; null when they could. */
  readonly deadlines: DatabaseRefusal | null;
}

/** What the database answers; see `sql/functions/advance_apart.sql`. */
interface ApartRow extends Omit<ApartAnswer, 'lost' | 'claimed' | 'cut'> {
  readonly advanced: AdvanceRow;
}

/** What the database answers; see `sql/functions/advance.sql`. */
interface AdvanceRow extends Omit<AdvanceAnswer, 'claimed'> {
  readonly claimed: ClaimsDocument | null;
  readonly begun: readonly TaskChange[] | null;
}

export interface NewWorker {
  readonly name: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  readonly queues: readonly string[] | null;
  readonly concurrency: number;
  readonly leaseSeconds: number;
  /** Named tasks whose templates it has loaded. */
  readonly templateIds: readonly string[];
  /** Those of them that have a task handler there. */
  readonly handledTemplateIds: readonly string[];
}

/** A step taken back from a lost worker. */
export interface ReapedStep {
  readonly workerId: string;
  readonly stepId: string;
  readonly taskId: string;
  /** Its name. */
  readonly step: string;
  readonly namespace: string;
  /** Of the task template. */
  readonly name: string;
  readonly version: string;
  /** The attempt that was lost. */
  readonly attempt: number;
  readonly error: StepFailure;
  /** When it runs again; null: its attempts are used up. */
  readonly retryAt: string | null;
}

/** An attempt that was taken away from its worker while it ran. */
export interface RevokedStep {
  readonly id: string;
  readonly attemptNumber: number;
  readonly state: StepState | null;
}

export interface ReapAnswer {
  /** Workers declared lost by this call. */
  readonly workers: readonly string[];
  readonly steps: readonly ReapedStep[];
  readonly tasks: readonly TaskChange[];
  /** Steps that could not be taken back. */
  readonly refusals: readonly (DatabaseRefusal & { readonly stepId: string; readonly taskId: string })[];
}

/** About fifty pages of the index by which steps are claimed. */
const MANY_DEAD_ROWS = 5_000;

/** Speaks the functions by which workers live and make progress. */
@Injectable()
export class WorkerGateway {
  constructor(private readonly database: Database) {}

  register(worker: NewWorker): Promise<string> {
    const { name, host, pid, version, queues, concurrency, leaseSeconds, templateIds, handledTemplateIds } = worker;
    const process = [name, host, pid, version, queues, concurrency, leaseSeconds];
    return this.database.call('register_worker', [...process, templateIds, handledTemplateIds]);
  }

  /** Answers false when the worker was declared lost. */
  heartbeat(workerId: string): Promise<boolean> {
    return this.database.call('heartbeat', [workerId]);
  }

  async stop(workerId: string): Promise<void> {
    await this.database.call('stop_worker', [workerId]);
  }

  async advance(request: AdvanceRequest): Promise<AdvanceAnswer> {
    return advanceAnswer(await this.database.call<AdvanceRow>('advance', advanceParameters(request)));
  }

  /** The same where one part of it is refused: the other parts are done all the same. */
  async advanceApart(request: AdvanceRequest): Promise<ApartAnswer> {
    const { advanced, ...answer } = await this.database.call<ApartRow>('advance_apart', advanceParameters(request));
    return { ...advanceAnswer(advanced), ...answer };
  }

  /**
   * Records the success of one attempt in the transaction that its handler worked in.
   * @throws StaleStepError when the attempt is no longer the worker's
   */
  recordIn(
    manager: EntityManager,
    workerId: string,
    { id, taskId, attemptNumber }: ClaimedStep,
    results: string,
  ): Promise<OutcomeFacts> {
    return this.database.call('record_transactional', [workerId, id, taskId, attemptNumber, results], manager);
  }

  /** Creates all tasks or none, answering in the order given, and gives the worker what is most urgent then. */
  async startAndClaim(
    { workerId, want, queues, without, scarce, scarceWant, maxBytes }: ClaimRequest,
    tasks: readonly NewTask[],
  ): Promise<{ readonly created: readonly CreatedTask[]; readonly answer: AdvanceAnswer }> {
    const { started, advanced } = await this.database.call<{
      readonly started: readonly CreatedTask[];
      readonly advanced: AdvanceRow;
    }>(
      'start_and_claim',
      [workerId, want, queues, without, scarce, scarceWant, maxBytes, ...startParameters(tasks)],
      undefined,
      startLimitMs(tasks),
    );
    return { created: started, answer: advanceAnswer(advanced) };
  }

  /** Hands back what this worker holds without knowing it; null, and nothing is done, while an `advance` of it is under way. */
  returnUnknownClaims(workerId: string, known: readonly HeldAttempt[]): Promise<number | null> {
    return this.database.call('return_unknown_claims', [
      workerId,
      known.map(({ id }) => id),
      known.map(({ attemptNumber }) => attemptNumber),
    ]);
  }

  /** Which of these attempts are no longer leased to the worker, and the state of their steps (null: deleted). */
  findRevokedSteps(workerId: string, running: readonly HeldAttempt[]): Promise<RevokedStep[]> {
    return this.database.query(
      'select workflow_step_id as id, attempt as "attemptNumber", state from __schema__.find_revoked_steps($1, $2, $3)',
      [workerId, running.map(({ id }) => id), running.map(({ attemptNumber }) => attemptNumber)],
    );
  }

  reapLostWorkers(): Promise<ReapAnswer> {
    return this.database.call('reap_lost_workers', [], undefined, LONG_MS);
  }

  /**
   * Clears the hot tables of what finished steps left there, once that is much; answers whether there was much. A claim
   * reads its queue from the front, where the finished are, and autovacuum comes by once a minute at most. Blocks nobody:
   * what somebody else is vacuuming is passed over, and the files are not shortened. What we may not vacuum is left to
   * autovacuum: asking would be a warning in the server's log each time.
   */
  async vacuumHotTables(): Promise<boolean> {
    const tables = await this.database.query<{ name: string; dead: string }>(
      `select c.relname as name, s.n_dead_tup as dead
       from pg_stat_user_tables s join pg_class c on c.oid = s.relid join pg_database d on d.datname = current_database()
       where s.schemaname = '__schema__' and c.relname = any ($1) and (
         pg_has_role(d.datdba, 'usage')
         or case
           when current_setting('server_version_num')::integer < 170000 then pg_has_role(c.relowner, 'usage')
           else has_table_privilege(c.oid, 'maintain')
         end
       )`,
      [HOT_TABLES],
    );
    const dead = tables.reduce((sum, table) => sum + Number(table.dead), 0);
    if (dead < MANY_DEAD_ROWS) return false;
    const names = tables.map(({ name }) => `__schema__.${name}`).join(', ');
    await this.database.maintain(`vacuum (skip_locked, truncate false, index_cleanup on) ${names}`);
    return true;
  }

  /** Clears away starts that no longer count under their limit, of keys that nothing is started under any more. */
  async forgetLimitStarts(): Promise<void> {
    await this.database.query(
      `delete from __schema__.limit_starts where ctid = any (array(
         select ctid from __schema__.limit_starts where counts_until <= now() for update skip locked
       ))`,
      [],
    );
  }

  /** Adds appended state deltas up; the sums that readers see stay the same. */
  async foldStateTotals(): Promise<void> {
    await this.database.call('fold_state_totals', [], undefined, LONG_MS);
  }

  /** Puts right the totals that transactions could not add to, once they can again; answers why they cannot, null when all is right. */
  recountStateTotals(): Promise<DatabaseRefusal | null> {
    return this.database.call('recount_state_totals', [], undefined, LONG_MS);
  }
}

function advanceParameters({
  workerId,
  outcomes,
  want,
  queues,
  without,
  scarce,
  scarceWant,
  maxBytes,
}: AdvanceRequest): readonly unknown[] {
  return [
    workerId,
    outcomes.map(({ stepId }) => stepId),
    outcomes.map(({ taskId }) => taskId),
    outcomes.map(({ attemptNumber }) => attemptNumber),
    outcomes.map(({ kind }) => kind),
    outcomes.map(({ results }) => results),
    outcomes.map(({ error }) => error),
    outcomes.map(({ afterSeconds }) => afterSeconds),
    want,
    queues,
    without,
    scarce,
    scarceWant,
    maxBytes,
  ];
}

function advanceAnswer({ claimed, begun, ...answer }: AdvanceRow): AdvanceAnswer {
  return { ...answer, claimed: { steps: claimed ? claimedSteps(claimed) : [], tasks: begun ?? [] } };
}
