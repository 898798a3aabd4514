import { Injectable, Logger } from '@nestjs/common';
import { isOfOnePart } from '../../persistence/sql.errors.js';
import {
  WorkerGateway,
  type AdvanceAnswer,
  type ApartAnswer,
  type ClaimRequest,
  type OutcomeFacts,
  type RefusedClaim,
  type DatabaseRefusal,
} from '../../persistence/worker.gateway.js';
import { logText } from '../../workflow/log.text.js';
import { StandingFaults } from '../../background/standing.faults.js';
import type { OutcomeBatch } from './outcome.queue.js';
import { refused, type StepOutcome } from './step.outcome.js';

/** The result of a pass, with the outcomes that it recorded and refused. */
export interface PassResult {
  readonly answer: AdvanceAnswer;
  /**
   * The outcomes as recorded: a refused one may have become a failure. The positions in the facts refer to this list.
   */
  readonly recorded: readonly StepOutcome[];
  /** The outcomes that the database refused in any form. Their steps are still leased. */
  readonly refused: readonly StepOutcome[];
}

/** After a refusal that would recur, passes are split from the start for this time. */
const APART_MS = 10_000;
/** A refused claim is retried within half a minute. If it is not refused again in this time, the fault is over. */
const REFUSED_CLAIM_MS = 60_000;

/**
 * Runs passes in which no part can block another. If the database refuses a whole pass, it is repeated at once in
 * parts, so that outcomes, claims, limits and deadlines are refused separately. Each refusal is an error in the log and
 * in readiness.
 */
@Injectable()
export class WorkerPasses {
  private readonly logger = new Logger('TaskerWorker');
  /** By `performance.now()`. */
  private apartUntil = 0;
  /** For each step whose claim was refused, the time until which this counts, by `performance.now()`. */
  private readonly refusedClaims = new Map<string, number>();

  constructor(
    private readonly gateway: WorkerGateway,
    private readonly faults: StandingFaults,
  ) {}

  /** True if no refusal is known at present. */
  get areWhole(): boolean {
    return performance.now() >= this.apartUntil;
  }

  /** @throws the error of the database if no part succeeded */
  async advance(request: ClaimRequest, { outcomes, refusals }: OutcomeBatch): Promise<PassResult> {
    if (this.areWhole && refusals === 0) {
      try {
        const answer = await this.gateway.advance({ ...request, outcomes });
        this.noteWhole(request, answer);
        return { answer, recorded: outcomes, refused: [] };
      } catch (error) {
        if (!isOfOnePart(error)) throw error;
      }
    }
    const answer = await this.gateway.advanceApart({ ...request, outcomes });
    this.noteApart(request, answer);
    return this.sorted(outcomes, answer);
  }

  private sorted(outcomes: readonly StepOutcome[], answer: ApartAnswer): PassResult {
    const refusals = new Map(answer.outcomes.map((refusal) => [refusal.position, refusal]));
    const places: number[] = [];
    const recorded: StepOutcome[] = [];
    const left: StepOutcome[] = [];
    outcomes.forEach((outcome, index) => {
      const position = index + 1;
      const refusal = refusals.get(position);
      if (refusal) this.logOutcome(outcome, refusal);
      if (refusal?.error === null) left.push(outcome);
      else places[position] = recorded.push(refusal ? refused(outcome, refusal.error) : outcome);
    });
    return { answer: { ...answer, facts: answer.facts && atPlaces(answer.facts, places) }, recorded, refused: left };
  }

  private noteWhole({ want }: ClaimRequest, { claimed }: AdvanceAnswer): void {
    if (want > 0) {
      this.faults.clear('limits');
      this.faults.clear('deadlines_of_claims');
    }
    if (this.refusedClaims.size > 0) this.noteClaims([], claimed);
  }

  private noteApart({ want }: ClaimRequest, { limits, deadlines, claims, claimed }: ApartAnswer): void {
    this.noteClaims(claims, claimed);
    if (want > 0) {
      this.noteFault('limits', 'Steps with a concurrency or rate limit cannot be started; other steps run.', limits);
      this.noteFault(
        'deadlines_of_claims',
        'The deadlines of tasks cannot be checked; steps may begin after their deadline.',
        deadlines,
      );
    }
    // The next pass would be refused, too.
    const isStanding = limits !== null || deadlines !== null || claims.some(({ isLater }) => !isLater);
    if (isStanding) this.apartUntil = performance.now() + APART_MS;
  }

  private noteFault(key: string, sentence: string, refusal: DatabaseRefusal | null): void {
    if (refusal === null) this.faults.clear(key);
    else this.faults.report(key, sentence, causeOf(refusal));
  }

  private noteClaims(claims: readonly RefusedClaim[], { steps }: AdvanceAnswer['claimed']): void {
    const now = performance.now();
    for (const { stepId, taskId, ...refusal } of claims) {
      if (!this.refusedClaims.has(stepId)) {
        this.logger.error(
          `The database refuses a claim of step ${stepId} of task ${taskId}; will retry. Other steps run. ${causeOf(refusal)}`,
        );
      }
      this.refusedClaims.set(stepId, now + REFUSED_CLAIM_MS);
    }
    for (const { id } of steps) this.refusedClaims.delete(id);
    for (const [id, until] of this.refusedClaims) if (until <= now) this.refusedClaims.delete(id);
    if (this.refusedClaims.size === 0) this.faults.clear('claims');
    else this.faults.report('claims', 'The database refuses the claims of some due steps; other steps run.');
  }

  private logOutcome(
    { stepId, taskId }: StepOutcome,
    refusal: DatabaseRefusal & { readonly error: string | null },
  ): void {
    const what = `The database refuses the outcome of step ${stepId} of task ${taskId}`;
    const consequence = refusal.error === null ? 'It will be retried on its own.' : 'A failure was recorded instead.';
    this.logger.error(`${what}. ${consequence} ${causeOf(refusal)}`);
  }
}

function causeOf({ sqlState, message }: DatabaseRefusal): string {
  return `SQLSTATE ${sqlState}: ${logText(message)}`;
}

/** Renumbers the positions, leaving out outcomes that were not recorded. */
function atPlaces(facts: OutcomeFacts, places: readonly number[]): OutcomeFacts {
  return {
    ...facts,
    stale: facts.stale.map((position) => places[position]!),
    retries: facts.retries.map(({ position, runAt }) => ({ position: places[position]!, runAt })),
  };
}
