import { Injectable } from '@nestjs/common';
import { Database } from '../../persistence/database.js';
import { WorkerGateway, type ClaimedStep } from '../../persistence/worker.gateway.js';
import type { StepOutcome } from './step.outcome.js';
import type { StepRun } from './step.run.js';
import { WorkerIdentity } from './worker.identity.js';

/** Connections left for everything else: the worker's passes and its heartbeat. */
const CONNECTIONS_LEFT = 2;

/** Why a transaction is undone although its handler ended: its outcome, recorded the ordinary way, is a failure. */
class Undone extends Error {
  constructor(readonly outcome: StepOutcome) {
    super('the outcome of the handler cannot be stored');
  }
}

/**
 * Runs handlers whose database work and outcome are one transaction. Each holds a connection while it runs, so there are
 * only so many places as leave the pool usable.
 */
@Injectable()
export class StepTransactions {
  private taken = 0;

  constructor(
    private readonly database: Database,
    private readonly gateway: WorkerGateway,
    private readonly identity: WorkerIdentity,
  ) {}

  /** How many more may run. */
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
      return await this.database.transaction(async (manager) => {
        run.transaction = manager;
        run.signal.throwIfAborted(); // while it waited for its connection
        const outcome = judge(await process());
        run.signal.throwIfAborted(); // it was told so, and its failure is under way
        if (outcome.kind !== 'complete') throw new Undone(outcome);
        const recorded = await this.gateway.recordIn(manager, workerId, claimed, outcome.results!);
        return { ...outcome, recorded };
      });
    } catch (error) {
      if (error instanceof Undone) return error.outcome;
      throw error;
    } finally {
      this.taken--;
    }
  }
}
