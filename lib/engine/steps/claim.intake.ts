import { Inject, Injectable, Logger } from '@nestjs/common';
import { TASKER_OPTIONS } from '../../options/options.module.js';
import type { ResolvedOptions } from '../../options/resolve.options.js';
import { isOutage } from '../../persistence/sql.errors.js';
import { WorkerGateway, type ClaimedStep } from '../../persistence/worker.gateway.js';
import { errorText } from '../../workflow/error.text.js';
import { logTrouble } from '../recurring.work.js';
import { StandingFaults } from '../standing.faults.js';
import { AnswerAge } from './answer.age.js';
import { RunningSteps } from './running.steps.js';
import { StepDefinitionCache } from './step-definition.cache.js';
import { WorkerIdentity } from './worker.identity.js';

/** Until steps whose templates could not be loaded may be claimed again, so that they do not go round and round meanwhile. */
const RELOAD_SECONDS = 1;

const UNREADABLE = 'Step templates cannot be loaded; the steps that need them are handed back and retried.';

/** What became of a claim. */
export interface TakenClaim {
  /** What was still this worker's: it runs, or goes back. */
  readonly steps: readonly ClaimedStep[];
  /** Whether steps may be leased to this worker that it does not know of, as the database could not be asked about them. */
  readonly isDoubtful: boolean;
}

/** Takes the answers to claims in: begins their steps, as far as they are still this worker's. */
@Injectable()
export class ClaimIntake {
  private readonly logger = new Logger('TaskerWorker');

  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
    private readonly gateway: WorkerGateway,
    private readonly identity: WorkerIdentity,
    private readonly definitions: StepDefinitionCache,
    private readonly running: RunningSteps,
    private readonly faults: StandingFaults,
  ) {}

  /**
   * Begins what was claimed. What was claimed under an identity that was declared lost is taken back from that, and may run
   * again already.
   */
  async take(workerId: string, claimed: readonly ClaimedStep[], age: AnswerAge): Promise<TakenClaim> {
    if (claimed.length === 0) return { steps: claimed, isDoubtful: false };
    const isKnown = await this.loadDefinitions(claimed);
    const left = await this.stillLeased(workerId, claimed, age);
    if (!this.isPresent(workerId)) return { steps: [], isDoubtful: false };
    const steps = left ?? [];
    for (const step of steps) {
      if (this.running.isDraining) this.running.handBack(step);
      else if (!isKnown) this.running.handBack(step, RELOAD_SECONDS);
      else this.running.begin(step);
    }
    return { steps, isDoubtful: left === null };
  }

  private async loadDefinitions(steps: readonly ClaimedStep[]): Promise<boolean> {
    try {
      await this.definitions.load(steps.map(({ templateId }) => templateId));
      this.faults.clear('step_definitions');
      return true;
    } catch (error) {
      if (isOutage(error))
        logTrouble(this.logger, 'Failed to load step templates; handed the claimed steps back', error);
      else this.faults.report('step_definitions', UNREADABLE, error);
      return false;
    }
  }

  /**
   * Those that were not taken back meanwhile; null where that cannot be found out. An old answer may be old news, and so may be
   * the answer to a look that took long.
   */
  private async stillLeased(
    workerId: string,
    claimed: readonly ClaimedStep[],
    age: AnswerAge,
  ): Promise<readonly ClaimedStep[] | null> {
    let steps = claimed;
    try {
      for (let current = age; this.isOld(current) && this.isPresent(workerId) && !this.running.isDraining;) {
        current = new AnswerAge();
        const revoked = new Set((await this.gateway.findRevokedSteps(workerId, steps)).map(({ id }) => id));
        if (revoked.size > 0) this.logger.warn(`Dropped ${revoked.size} claimed steps that were taken back meanwhile.`);
        steps = steps.filter(({ id }) => !revoked.has(id));
      }
      return steps;
    } catch (error) {
      this.logger.error('Failed to check a late claim; handed the claimed steps back.', errorText(error));
      return null;
    }
  }

  /** Older than the time between two heartbeats: this worker may have been declared lost since it asked. */
  private isOld({ ms }: AnswerAge): boolean {
    return ms > (this.options.worker.leaseSeconds * 1_000) / 3;
  }

  private isPresent(workerId: string): boolean {
    return this.identity.current() === workerId;
  }
}
