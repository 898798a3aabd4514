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

/** Connections left for everything else: the worker's passes and its heartbeat. */
const CONNECTIONS_LEFT = 2;

/** Times that an attempt may lose its connection before that counts. */
const MOST_HANDED_BACK = 3;

/** SQLSTATEs of `idle_in_transaction_session_timeout` and `transaction_timeout`. */
const TIMED_OUT: ReadonlySet<string> = new Set(['25P03', '25P04']);

/** Rolls a transaction back although its handler returned: the outcome is a failure, which is recorded the ordinary way. */
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
  /** Number of connections that each step lost in this process. */
  private readonly lost = new Map<string, number>();

  constructor(
    private readonly database: Database,
    private readonly gateway: WorkerGateway,
    private readonly identity: WorkerIdentity,
    private readonly signals: EngineSignals,
  ) {}

  /** Number of free places. */
  get free(): number {
    return Math.max(1, this.database.poolSize - CONNECTIONS_LEFT) - this.taken;
  }

  /** Takes a place for one `run`, which gives it back; answers whether there was one. */
  reserve(): boolean {
    if (this.free <= 0) return false;
    this.taken++;
    return true;
  }

  /**
   * The outcome of the handler, already recorded when it is a success.
   * @throws what the handler threw, or the database; nothing that the handler did through its manager is left then
   */
  async run(
    run: StepRun,
    claimed: ClaimedStep,
    process: () => unknown,
    judge: (value: unknown) => StepOutcome,
  ): Promise<StepOutcome> {
    try {
      const workerId = await this.identity.get(); // of the lease; a new one that it has by the end holds nothing
      const outcome = await this.database.managedTransaction(
        run.signal,
        async (manager) => {
          run.transaction = manager;
          run.signal.throwIfAborted(); // while it waited for its connection
          const judged = judge(await process());
          run.signal.throwIfAborted(); // the handler knows, and its failure is under way
          if (judged.kind !== 'complete') throw new RolledBack(judged);
          return judged;
        },
        async (manager, judged) => {
          const recorded = await this.gateway.recordIn(manager, workerId, claimed, judged.results!);
          return { ...judged, recorded };
        },
      );
      this.lost.delete(claimed.id);
      return outcome;
    } catch (error) {
      if (error instanceof RolledBack) return error.outcome;
      if (run.signal.aborted) throw error; // its outcome is known already
      if (!run.transaction && isOutage(error)) return this.unbegun(claimed, error);
      if (!(error instanceof LostConnectionError)) throw error;
      if (error.thrown instanceof PermanentError) throw error.thrown;
      if (this.goesBack(claimed, error)) return released(claimed);
      throw error;
    } finally {
      this.taken--;
      // An aborted attempt gives its place back, maybe long after its outcome: other steps may wait for one.
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
   * Decides whether an attempt that lost its connection is handed back without counting. It was rolled back, and it is mostly not
   * at fault. It is at fault if the server ended it for being idle or slow, or if it loses its connection every time.
   */
  private goesBack({ id }: ClaimedStep, { cause }: LostConnectionError): boolean {
    const times = (this.lost.get(id) ?? 0) + 1;
    const atFault = TIMED_OUT.has(sqlStateOf(cause)) || times > MOST_HANDED_BACK;
    if (atFault) this.lost.delete(id);
    else this.lost.set(id, times);
    return !atFault;
  }
}
