import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { JsonObject, JsonValue } from '../workflow/json.js';
import type { StepState, TaskState } from '../workflow/states.js';
import type { StepFailure } from '../workflow/step-failure.js';
import { claimedSteps, type ClaimsDocument } from './claims.document.js';
import { Database, LONG_MS } from './database.js';
import { HOT_TABLES } from './hot.tables.js';
import { startLimitMs, startParameters, type CreatedTask, type NewTask } from './task.gateway.js';

/** The outcome of an attempt; see `sql/functions/record_outcomes.sql`. */
export type OutcomeKind = 'complete' | 'retry' | 'error' | 'release';

/** One finished attempt on its way to the database. */
export interface RecordedOutcome {
  readonly stepId: string;
  readonly taskId: string;
  readonly attemptNumber: number;
  readonly kind: OutcomeKind;
  /** The results as JSON text, for `complete`. */
  readonly results: string | null;
  /** The sensitive values of the results as JSON text; see `sql/functions/keep_sensitive_values.sql`. */
  readonly sensitive?: string | null;
  /** The error as JSON text, for `retry` and `error`. */
  readonly error: string | null;
  /** The seconds until the next attempt, for `retry`. */
  readonly afterSeconds: number | null;
}

export type ParentResults = readonly [templateId: string, results: JsonValue];

/** A step that is leased to this worker, with the data that its handler needs. */
export interface ClaimedStep {
  readonly id: string;
  readonly taskId: string;
  readonly templateId: string;
  /** The number of the attempt since the latest reset, from 1. */
  readonly attempt: number;
  /**
   * The number of the attempt over all resets, which identifies it: an outcome is accepted only for the latest attempt.
   */
  readonly attemptNumber: number;
  readonly retryLimit: number;
  readonly from: 'pending' | 'error';
  readonly context: JsonObject;
  /** The results of the steps that it depends on. */
  readonly results: readonly ParentResults[];
  readonly initiator: string;
  readonly sourceSystem: string;
  readonly reason: string;
  readonly tags: readonly string[];
  readonly requestedAt: string;
  /** The sensitive values in its context and results, once they were put back, the longest first; undefined for none. */
  readonly secrets?: readonly string[];
  /** The size of its data in bytes of JSON, if it exceeds the budget of a claim, so that the step came without it. */
  readonly tooLargeBytes: number | null;
}

/** Identifies an attempt by its step and its number. */
export type HeldAttempt = Pick<ClaimedStep, 'id' | 'attemptNumber'>;

export interface BareTaskTransition {
  readonly id: string;
  readonly from: TaskState;
  readonly to: TaskState;
}

/** A transition of a step that no attempt caused. */
export interface StepTransition {
  readonly stepId: string;
  readonly taskId: string;
  /** The name of the step. */
  readonly step: string;
  readonly namespace: string;
  /** The name of the task template. */
  readonly name: string;
  readonly version: string;
  readonly attempt: number;
  readonly from: StepState;
  readonly to: StepState;
  /** The failure of a step that is now in error; null for all others. */
  readonly error: StepFailure | null;
}

/** The consequences of a batch of outcomes. Positions count from 1 in the order of the batch. */
export interface OutcomeFacts {
  readonly stale: readonly number[];
  readonly retries: readonly { readonly position: number; readonly runAt: string }[];
  readonly tasks: readonly BareTaskTransition[];
  /** The steps that got the state which was decided before their turn. */
  readonly settled: readonly StepTransition[];
  /** The number of steps that became ready. */
  readonly freed: number;
}

/** The steps that a worker can take. */
export interface ClaimRequest {
  readonly workerId: string;
  /** The number of further steps that the worker can take. */
  readonly want: number;
  /** Null for all queues. */
  readonly queues: readonly string[] | null;
  /** The step templates of which the worker takes no steps, such as those whose handler this process lacks. */
  readonly without: readonly string[];
  /** The step templates of which the worker takes at most `scarceWant` steps. */
  readonly scarce: readonly string[];
  readonly scarceWant: number;
  /**
   * The maximum size of the contexts and results that the claimed steps need, in bytes of JSON. The first step comes in
   * any case.
   */
  readonly maxBytes: number;
}

export interface AdvanceRequest extends ClaimRequest {
  readonly outcomes: readonly RecordedOutcome[];
}

export interface AdvanceAnswer {
  /** True if the worker was declared lost; nothing was claimed. */
  readonly lost: boolean;
  readonly facts: OutcomeFacts | null;
  /** The seconds until a full limit has room for another step; null if no limit is full. */
  readonly limitOpensIn: number | null;
  readonly claimed: { readonly steps: readonly ClaimedStep[]; readonly tasks: readonly BareTaskTransition[] };
  /** True if steps were left because of the maximum size. */
  readonly cut: boolean;
}

/** The reason why the database refused a part of the work. */
export interface DatabaseRefusal {
  readonly sqlState: string;
  readonly message: string;
}

/** The refusal of the outcome at this position, from 1. */
export interface RefusedOutcome extends DatabaseRefusal {
  readonly position: number;
  /**
   * The failure that was recorded instead, as JSON text; null if nothing was recorded and the worker still holds the
   * step.
   */
  readonly error: string | null;
}

export interface RefusedClaim extends DatabaseRefusal {
  readonly stepId: string;
  readonly taskId: string;
  /** Whether the claim will be tried again only after half a minute. */
  readonly isLater: boolean;
}

/** The result of an `advance` whose parts could be refused separately. */
export interface ApartAnswer extends AdvanceAnswer {
  readonly outcomes: readonly RefusedOutcome[];
  readonly claims: readonly RefusedClaim[];
  /** The reason why no steps with a limit were claimed; null if the limits could be checked. */
  readonly limits: DatabaseRefusal | null;
  /** The reason why tasks past their deadline could not be skipped; null if they could. */
  readonly deadlines: DatabaseRefusal | null;
}

/** The answer of the database; see `sql/functions/advance_apart.sql`. */
interface ApartRow extends Omit<ApartAnswer, 'lost' | 'claimed' | 'cut'> {
  readonly advanced: AdvanceRow;
}

/** The answer of the database; see `sql/functions/advance.sql`. */
interface AdvanceRow extends Omit<AdvanceAnswer, 'claimed'> {
  readonly claimed: ClaimsDocument | null;
  readonly begun: readonly BareTaskTransition[] | null;
}

export interface NewWorker {
  readonly name: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  readonly queues: readonly string[] | null;
  readonly concurrency: number;
  readonly leaseSeconds: number;
  /** The ids of the named tasks whose templates the worker has loaded. */
  readonly templateIds: readonly string[];
  /** Those of `templateIds` for which the worker has a task handler. */
  readonly handledTemplateIds: readonly string[];
}

/** A step taken back from a lost worker. */
export interface ReapedStep {
  readonly workerId: string;
  readonly stepId: string;
  readonly taskId: string;
  /** The name of the step. */
  readonly step: string;
  readonly namespace: string;
  /** The name of the task template. */
  readonly name: string;
  readonly version: string;
  /** The attempt that was lost. */
  readonly attempt: number;
  readonly error: StepFailure;
  /** When the step will be retried; null if its attempts are used up. */
  readonly retryAt: string | null;
}

/** An attempt that was taken back from its worker while it ran. */
export interface RevokedStep {
  readonly id: string;
  readonly attemptNumber: number;
  readonly state: StepState | null;
}

export interface ReapAnswer {
  /** The workers that this call declared lost. */
  readonly workers: readonly string[];
  readonly steps: readonly ReapedStep[];
  readonly tasks: readonly BareTaskTransition[];
  /** The steps that could not be taken back. */
  readonly refusals: readonly (DatabaseRefusal & { readonly stepId: string; readonly taskId: string })[];
}

/** About fifty pages of the index that claims use. */
const MANY_DEAD_ROWS = 5_000;

/** Calls the SQL functions of workers: registration, heartbeats, passes and maintenance. */
@Injectable()
export class WorkerGateway {
  constructor(private readonly database: Database) {}

  register(worker: NewWorker): Promise<string> {
    const { name, host, pid, version, queues, concurrency, leaseSeconds, templateIds, handledTemplateIds } = worker;
    const process = [name, host, pid, version, queues, concurrency, leaseSeconds];
    return this.database.call('register_worker', [...process, templateIds, handledTemplateIds]);
  }

  /** Renews the lease. Returns false if the worker was declared lost. */
  heartbeat(workerId: string): Promise<boolean> {
    return this.database.call('heartbeat', [workerId]);
  }

  async stop(workerId: string): Promise<void> {
    await this.database.call('stop_worker', [workerId]);
  }

  async advance(request: AdvanceRequest): Promise<AdvanceAnswer> {
    const parameters = [...advanceParameters(request), null, sensitiveValues(request)];
    return advanceAnswer(await this.database.call<AdvanceRow>('advance', parameters));
  }

  /** Like `advance`, but if the database refuses a part, the other parts are done. */
  async advanceApart(request: AdvanceRequest): Promise<ApartAnswer> {
    const parameters = [...advanceParameters(request), sensitiveValues(request)];
    const { advanced, ...answer } = await this.database.call<ApartRow>('advance_apart', parameters);
    return { ...advanceAnswer(advanced), ...answer };
  }

  /**
   * Records the success of an attempt in the transaction of its handler.
   * @throws StaleStepError if the worker no longer holds the attempt
   */
  recordIn(
    manager: EntityManager,
    workerId: string,
    { id, taskId, attemptNumber }: ClaimedStep,
    { results, sensitive = null }: Pick<RecordedOutcome, 'results' | 'sensitive'>,
  ): Promise<OutcomeFacts> {
    const parameters = [workerId, id, taskId, attemptNumber, results, sensitive];
    return this.database.call('record_transactional', parameters, manager);
  }

  /** Creates all tasks or none, returns them in the given order, and claims the most urgent steps for the worker. */
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

  /**
   * Hands back the steps that this worker holds without knowing. Returns null, and does nothing, while an `advance` of
   * it runs.
   */
  returnUnknownClaims(workerId: string, known: readonly HeldAttempt[]): Promise<number | null> {
    return this.database.call('return_unknown_claims', [
      workerId,
      known.map(({ id }) => id),
      known.map(({ attemptNumber }) => attemptNumber),
    ]);
  }

  /**
   * Returns those of the attempts that are no longer leased to the worker, with the state of their steps (null if
   * deleted).
   */
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
   * Vacuums the hot tables if they have many dead rows. Returns whether they had. A claim reads its queue from the
   * front, where the rows of finished steps are, and autovacuum runs at most once a minute. Blocks nothing: tables that
   * others vacuum are skipped, and files are not truncated. Tables that this user may not vacuum are left to
   * autovacuum, because each try would cause a warning in the server's log.
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

  /** Removes old starts that no longer count under their limit, for keys that are no longer used. */
  async forgetLimitStarts(): Promise<void> {
    await this.database.query(
      `delete from __schema__.limit_starts where ctid = any (array(
         select ctid from __schema__.limit_starts where counts_until <= now() for update skip locked
       ))`,
      [],
    );
  }

  /** Adds the appended deltas to the totals. The sums that readers see stay the same. */
  async foldStateTotals(): Promise<void> {
    await this.database.call('fold_state_totals', [], undefined, LONG_MS);
  }

  /**
   * Corrects totals that transactions could not update. Returns the reason if that is still impossible; null if the
   * totals are right.
   */
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

/** Null if no outcome has any, as for most batches. */
function sensitiveValues({ outcomes }: AdvanceRequest): readonly (string | null)[] | null {
  const values = outcomes.map(({ sensitive = null }) => sensitive);
  return values.some((value) => value !== null) ? values : null;
}

function advanceAnswer({ claimed, begun, ...answer }: AdvanceRow): AdvanceAnswer {
  return { ...answer, claimed: { steps: claimed ? claimedSteps(claimed) : [], tasks: begun ?? [] } };
}
