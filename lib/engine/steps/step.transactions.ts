import { Injectable, Logger } from '@nestjs/common';
import { PermanentError } from '../../handlers/step.errors.js';
import { Database } from '../../persistence/database.js';
import { LostConnectionError } from '../../persistence/persistence.errors.js';
import { isOutage, outageReason, sqlStateOf } from '../../persistence/sql.errors.js';
import { WorkerGateway, type ClaimedStep } from '../../persistence/worker.gateway.js';
import { EngineSignals } from '../engine.signals.js';
import { released, type StepOutcome } from './step.outcome.js';
import type { StepRun } from './step.run.js';
import { WorkerIdentity } from './worker.identity.js';

/** The connections to leave free for the worker's passes and its heartbeat. */
const CONNECTIONS_LEFT = 2;

/** How often a step may lose its connection before the attempt counts. */
const MOST_HANDED_BACK = 3;

/** SQLSTATEs of `idle_in_transaction_session_timeout` and `transaction_timeout`. */
const TIMED_OUT: ReadonlySet<string> = new Set(['25P03', '25P04']);

/**
 * Rolls a transaction back although its handler returned. The outcome is a failure, which is recorded outside of the
 * transaction.
 */
class RolledBack extends Error {
  constructor(readonly outcome: StepOutcome) {
    super('the outcome of the handler cannot be stored');
  }
}

/**
 * Runs handlers whose database work and outcome are one transaction. Each holds a connection while it runs, so the number of
 * places is limited, and some connections of the pool stay free.
 */
@Injectable()
export class StepTransactions {
  private readonly logger = new Logger('TaskerWorker');
  private taken = 0;
  /** The number of connections that each step lost in this process. */
  private readonly lost = new Map<string, number>();

  constructor(
    private readonly database: Database,
    private readonly gateway: WorkerGateway,
    private readonly identity: WorkerIdentity,
    private readonly signals: EngineSignals,
  ) {}

  /** The number of free places. */
  get free(): number {
    return Math.max(1, this.database.poolSize - CONNECTIONS_LEFT) - this.taken;
  }

  /** Reserves a place for one `run`, which gives it back. Returns whether there was one. */
  reserve(): boolean {
    if (this.free <= 0) return false;
    this.taken++;
    return true;
  }

  /**
   * Runs the handler and returns its outcome. A successful outcome is already recorded.
   * @throws the error of the handler or the database; all changes that the handler made through its manager are rolled
   *   back
   */
  async run(
    run: StepRun,
    claimed: ClaimedStep,
    process: () => unknown,
    judge: (value: unknown) => StepOutcome,
  ): Promise<StepOutcome> {
    try {
      const workerId = await this.identity.get(); // read before the handler runs: an identity that is newer at the end does not hold the lease
      const outcome = await this.database.managedTransaction(
        run.signal,
        async (manager) => {
          run.transaction = manager;
          run.signal.throwIfAborted(); // aborted while it waited for its connection
          const judged = judge(await process());
          run.signal.throwIfAborted(); // the handler has the signal, and its failure is being recorded
          if (judged.kind !== 'complete') throw new RolledBack(judged);
          return judged;
        },
        async (manager, judged) => {
          const facts = await this.gateway.recordIn(manager, workerId, claimed, judged);
          return { ...judged, recorded: { workerId, facts } };
        },
      );
      this.lost.delete(claimed.id);
      return outcome;
    } catch (error) {
      if (error instanceof RolledBack) return error.outcome;
      if (run.signal.aborted) throw error; // its outcome has been reported already
      if (!run.transaction && isOutage(error)) return this.unbegun(claimed, error);
      if (!(error instanceof LostConnectionError)) throw error;
      if (error.thrown instanceof PermanentError) throw error.thrown;
      if (this.goesBack(claimed, error)) return released(claimed);
      throw error;
    } finally {
      this.taken--;
      // An aborted attempt may give its place back long after its outcome, and other steps may wait for one.
      if (run.signal.aborted) this.signals.workReady.emit();
    }
  }

  /** The handler was not called, so the attempt does not count, however often this happens. */
  private unbegun(claimed: ClaimedStep, error: unknown): StepOutcome {
    this.logger.warn(
      `Step ${claimed.id} of task ${claimed.taskId} got no connection for its transaction. Handed it back; the attempt does not ` +
        `count: ${outageReason(error)}`,
    );
    return released(claimed);
  }

  /**
   * Decides whether an attempt that lost its connection is handed back without counting. It was rolled back, and is
   * usually not the cause. It is the cause if the server ended it for being idle or slow, or if it loses its connection
   * every time.
   */
  private goesBack({ id }: ClaimedStep, { cause }: LostConnectionError): boolean {
    const times = (this.lost.get(id) ?? 0) + 1;
    const atFault = TIMED_OUT.has(sqlStateOf(cause)) || times > MOST_HANDED_BACK;
    if (atFault) this.lost.delete(id);
    else this.lost.set(id, times);
    return !atFault;
  }
}
