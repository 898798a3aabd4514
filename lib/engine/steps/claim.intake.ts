import { Inject, Injectable, Logger } from '@nestjs/common';
import { TASKER_OPTIONS } from '../../options/options.module.js';
import type { ResolvedOptions } from '../../options/resolve.options.js';
import { isOutage } from '../../persistence/sql.errors.js';
import { WorkerGateway, type ClaimedStep } from '../../persistence/worker.gateway.js';
import { errorText } from '../../workflow/error.text.js';
import { logTrouble } from '../../background/recurring.work.js';
import { StandingFaults } from '../../background/standing.faults.js';
import { AnswerAge } from './answer.age.js';
import { ClaimedSecrets } from './claimed.secrets.js';
import { RunningSteps } from './running.steps.js';
import { StepTemplateCache } from './step-template.cache.js';
import { WorkerIdentity } from './worker.identity.js';

/**
 * The wait before steps whose templates or sensitive values could not be read may be claimed again, so that they are not
 * claimed in a tight loop.
 */
const RELOAD_SECONDS = 1;

const UNREADABLE = 'Step templates cannot be loaded; the steps that need them are handed back and will be retried.';

/** The result of a claim. */
export interface TakenClaim {
  /** The steps that were still leased to this worker. They run or are handed back. */
  readonly steps: readonly ClaimedStep[];
  /** True if this worker may hold leases of steps that it does not run, because the check of the leases failed. */
  readonly isDoubtful: boolean;
}

/** Receives the answers to claims, and begins the steps that are still leased to this worker. */
@Injectable()
export class ClaimIntake {
  private readonly logger = new Logger('TaskerWorker');

  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
    private readonly gateway: WorkerGateway,
    private readonly identity: WorkerIdentity,
    private readonly definitions: StepTemplateCache,
    private readonly secrets: ClaimedSecrets,
    private readonly running: RunningSteps,
    private readonly faults: StandingFaults,
  ) {}

  /**
   * Begins the claimed steps. Steps that were claimed under a lost identity have been taken back, and may already run
   * elsewhere.
   */
  async take(workerId: string, claimed: readonly ClaimedStep[], age: AnswerAge): Promise<TakenClaim> {
    if (claimed.length === 0) {
      this.secrets.review();
      return { steps: claimed, isDoubtful: false };
    }
    const isKnown = await this.loadDefinitions(claimed);
    const read = isKnown ? await this.secrets.addTo(claimed) : { steps: claimed, unreadable: [], left: [] };
    const left = await this.stillLeased(workerId, read.steps, age);
    if (!this.isPresent(workerId)) return { steps: [], isDoubtful: false };
    const steps = left ?? [];
    for (const step of steps) {
      if (this.running.isDraining || read.left.includes(step.id)) this.running.handBack(step);
      else if (!isKnown || read.unreadable.includes(step.id)) this.running.handBack(step, RELOAD_SECONDS);
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
   * The steps that have not been taken back; null if that cannot be determined. An old answer may be out of date, and
   * so may the answer to a slow check.
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
        if (revoked.size > 0)
          this.logger.warn(
            `Dropped ${revoked.size} claimed steps, because other workers took them back in the meantime.`,
          );
        steps = steps.filter(({ id }) => !revoked.has(id));
      }
      return steps;
    } catch (error) {
      this.logger.error('Failed to check a late claim; handed the claimed steps back.', errorText(error));
      return null;
    }
  }

  /**
   * True if an answer is older than the time between two heartbeats: this worker may have been declared lost since its
   * request.
   */
  private isOld({ ms }: AnswerAge): boolean {
    return ms > (this.options.worker.leaseSeconds * 1_000) / 3;
  }

  private isPresent(workerId: string): boolean {
    return this.identity.current() === workerId;
  }
}
