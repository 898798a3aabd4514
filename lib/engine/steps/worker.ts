import { Injectable, Logger } from '@nestjs/common';
import { isOfOnePart } from '../../persistence/sql.errors.js';
import type { CreatedTask, NewTask } from '../../persistence/task.gateway.js';
import {
  WorkerGateway,
  type AdvanceAnswer,
  type ClaimedStep,
  type ClaimRequest,
  type OutcomeFacts,
} from '../../persistence/worker.gateway.js';
import type { AbandonReason } from '../engine.errors.js';
import { EngineSignals } from '../engine.signals.js';
import { StandingFaults } from '../../background/standing.faults.js';
import { AnswerAge } from './answer.age.js';
import { ClaimIntake } from './claim.intake.js';
import { ClaimCapacity } from './claim.capacity.js';
import { EventPublisher } from '../events/event.publisher.js';
import { OutcomeQueue, type OutcomeBatch } from './outcome.queue.js';
import { RunningSteps } from './running.steps.js';
import type { RecordedOutcomeFacts, StepOutcome } from './step.outcome.js';
import { WorkerIdentity } from './worker.identity.js';
import { WorkerPasses, type PassResult } from './worker.passes.js';

/** The result of one pass. */
export interface PassReport {
  readonly recorded: number;
  readonly claimed: number;
  /** The number of steps that became ready through the recorded outcomes, including those that were handed back. */
  readonly freed: number;
  /**
   * The seconds until the first failed or handed-back step is due again, a full limit has room, or a refused outcome is
   * tried again; null if none of these is expected.
   */
  readonly dueInSeconds: number | null;
  /** Transactional steps that this worker could run were left, because there seemed to be no place for them. */
  readonly passedOver: boolean;
  /** Steps were left because the claim had reached its maximum size. */
  readonly cut: boolean;
  /** The worker had been declared lost; it dropped its steps and has a new identity. */
  readonly lost: boolean;
}

/** The request and the answer of one pass. */
interface Exchange {
  readonly request: ClaimRequest;
  readonly outcomes: readonly StepOutcome[];
  readonly answer: AdvanceAnswer;
  /** The number of steps that were claimed, whether or not they still belong to this worker. */
  readonly found: number;
}

const OUTCOMES_REFUSED =
  'The database refuses the outcomes of some steps, which stay in progress; each will be retried on its own.';

/**
 * Runs steps in this process. A pass reports finished steps and the free capacity to the database, and begins the steps
 * that it returns. `WorkerLoop` decides when the next pass is due.
 */
@Injectable()
export class Worker {
  private readonly logger = new Logger('TaskerWorker');
  private readonly outcomes = new OutcomeQueue();
  private passes = 0;
  /** This worker may hold steps in the database that it does not know, because an answer was lost. */
  private inDoubt = false;

  constructor(
    private readonly gateway: WorkerGateway,
    private readonly identity: WorkerIdentity,
    private readonly running: RunningSteps,
    private readonly claimCapacity: ClaimCapacity,
    private readonly intake: ClaimIntake,
    private readonly events: EventPublisher,
    private readonly passMaker: WorkerPasses,
    private readonly faults: StandingFaults,
    private readonly signals: EngineSignals,
  ) {
    signals.stepEnded.listen((outcome) => this.end(outcome));
  }

  /** The number of steps that this process may still claim. */
  get capacity(): number {
    if (this.running.isDraining || this.outcomes.asideSize >= this.limit) return 0; // too many outcomes wait because they cannot be recorded
    return this.claimCapacity.free;
  }

  /** The maximum number of steps that run at the same time. */
  get limit(): number {
    return this.claimCapacity.limit;
  }

  /** Sets the limit. A lower one stops no running steps; the next step begins when there is capacity again. */
  limitTo(steps: number): void {
    this.claimCapacity.limitTo(steps);
  }

  /** The highest number of steps that ran at the same time since the previous call. */
  takePeak(): number {
    return this.running.takePeak();
  }

  get runningSteps(): number {
    return this.running.size;
  }

  get waitingOutcomes(): number {
    return this.outcomes.size;
  }

  /** True if no step runs, no outcome waits to be recorded, and no pass is running. */
  get isIdle(): boolean {
    return this.running.size === 0 && this.outcomes.size === 0 && this.passes === 0;
  }

  /** True if the worker is idle and may claim steps. */
  get isFree(): boolean {
    return this.isIdle && !this.inDoubt && this.capacity > 0 && this.passMaker.areWhole;
  }

  /** Claims no more steps. Steps that a running pass still brings are handed back at once. */
  drain(): void {
    this.running.drain();
    this.outcomes.hurry();
  }

  /**
   * True if a pass may start when at most `most` may run at a time. After a lost answer, only one may, until its
   * effects are repaired.
   */
  mayPass(most: number): boolean {
    return this.passes < (this.inDoubt ? 1 : most);
  }

  /**
   * Hands back the steps that are leased to this worker, but neither run here nor wait to be recorded: the safety net
   * for all races between claims, losses and outcomes. While passes run, their claims are not known yet, so the next
   * pass does it instead.
   *
   * @throws the error of the database; the next pass then tries again
   */
  async returnUnknown(): Promise<void> {
    this.inDoubt = true;
    if (this.passes > 0) return;
    try {
      await this.inPass(0, ({ workerId }) => this.returnUnknownClaims(workerId));
    } finally {
      this.signals.passDue.emit(); // for work that had to wait meanwhile
    }
  }

  /**
   * One round trip: records the outcomes gathered so far and begins up to `want` more steps.
   *
   * @throws the error of the database; the outcomes are kept for the next pass
   */
  async runOnce(want: number = this.capacity): Promise<PassReport> {
    const exchange = await this.inPass(want, async (request) => {
      if (this.inDoubt && this.passes === 1) await this.returnUnknownClaims(request.workerId);
      return this.advance(request);
    });
    return this.report(exchange);
  }

  /**
   * One round trip: starts tasks and begins up to `want` steps, for a worker that is free.
   *
   * @param announce is called with the tasks before their first steps begin
   * @throws the error of the database; nothing was started, unless the answer was lost with the connection
   */
  async startTasks(
    tasks: readonly NewTask[],
    want: number,
    announce: (created: readonly CreatedTask[]) => void,
  ): Promise<PassReport> {
    const exchange = await this.inPass(want, async (request) => {
      const age = new AnswerAge();
      const { created, answer } = await this.startAndClaim(request, tasks);
      announce(created);
      const found = answer.claimed.steps.length;
      return { request, outcomes: [], answer: await this.begin(request, answer, age), found };
    });
    return this.report(exchange);
  }

  /** Resolves when nothing runs in this process. */
  settled(): Promise<void> {
    return this.running.settled();
  }

  /** Aborts all running steps; each is handed back. */
  abandon(reason: AbandonReason): void {
    this.running.abandon(reason);
  }

  /** The running steps, as claimed. */
  claims(): readonly ClaimedStep[] {
    return this.running.claims();
  }

  /** Aborts an attempt that this worker no longer holds; its outcome would be stale, so it is not recorded. */
  revoke(claimed: ClaimedStep, reason: AbandonReason): void {
    if (this.running.drop(claimed, reason)) this.signals.passDue.emit(); // there is room for another step
  }

  /**
   * Drops all steps that began under this identity, because their outcomes no longer count, and continues under a new
   * identity. Does nothing if the identity is not the current one.
   */
  leaseLost(workerId: string): void {
    if (!this.identity.forget(workerId)) return;
    this.logger.warn(
      `This worker was declared lost because its heartbeat was late. Dropped ${this.running.size} running steps, ` +
        'which other workers take over.',
    );
    this.events.publishLeaseLost(workerId, this.running.size);
    this.outcomes.clear();
    this.running.dropAll('lease_lost');
  }

  private async inPass<T>(want: number, pass: (request: ClaimRequest) => Promise<T>): Promise<T> {
    const reservation = this.claimCapacity.reserve(want);
    this.passes++;
    try {
      return await pass(this.claimCapacity.requestFor(await this.identity.get(), reservation));
    } finally {
      this.claimCapacity.release(reservation);
      this.passes--;
    }
  }

  private async advance(request: ClaimRequest): Promise<Exchange> {
    const age = new AnswerAge();
    const batch = this.outcomes.take();
    let result: PassResult;
    try {
      result = await this.passMaker.advance(request, batch);
    } catch (error) {
      if (this.isPresent(request)) this.keep(batch, error);
      throw error;
    } finally {
      this.outcomes.arrived(batch);
    }
    const { answer, recorded, refused } = result;
    if (this.isPresent(request)) this.setAside(batch, refused);
    const found = answer.claimed.steps.length;
    return { request, outcomes: recorded, answer: await this.begin(request, answer, age), found };
  }

  private async startAndClaim(
    request: ClaimRequest,
    tasks: readonly NewTask[],
  ): ReturnType<WorkerGateway['startAndClaim']> {
    try {
      return await this.gateway.startAndClaim(request, tasks);
    } catch (error) {
      if (this.isPresent(request) && !isOfOnePart(error)) this.inDoubt = true;
      throw error;
    }
  }

  /** Publishes events when the pass is over, so that a listener may start the next task and find this worker free. */
  private report({ request, outcomes, answer, found }: Exchange): PassReport {
    const { workerId, want } = request;
    const { lost, facts, limitOpensIn, claimed, cut } = answer;
    this.events.publishPass({ workerId, want, found }, outcomes, answer);
    if (lost) this.leaseLost(workerId);
    return {
      recorded: outcomes.length,
      claimed: claimed.steps.length,
      freed: (facts?.freed ?? 0) + outcomes.filter(isDueAtOnce).length,
      dueInSeconds: soonest(soonest(firstRetry(outcomes, facts), limitOpensIn), this.outcomes.asideDueInSeconds),
      passedOver: this.claimCapacity.passedOver(request, claimed.steps),
      cut,
      lost,
    };
  }

  /** Keeps the outcomes for the next pass, which first hands back the steps that a lost answer may have claimed. */
  private keep(batch: OutcomeBatch, error: unknown): void {
    if (isOfOnePart(error)) {
      this.setAside(batch, batch.outcomes);
      return;
    }
    this.inDoubt = true;
    this.outcomes.putBack(batch);
  }

  /** Sets refused outcomes aside; each is tried again alone, unless this process ends. */
  private setAside(batch: OutcomeBatch, refused: readonly StepOutcome[]): void {
    for (const outcome of refused) {
      if (this.running.isDraining)
        this.logger.error(`Failed to record the outcome of step ${outcome.stepId}; it will run again elsewhere.`);
      else this.outcomes.setAside(batch, outcome);
    }
    if (this.outcomes.asideSize > 0) this.faults.report('outcomes', OUTCOMES_REFUSED);
    else this.faults.clear('outcomes');
  }

  private async returnUnknownClaims(workerId: string): Promise<void> {
    const returned = await this.gateway.returnUnknownClaims(workerId, [...this.claims(), ...this.outcomes.attempts()]);
    if (returned === null) return; // the lost claim may still commit
    this.inDoubt = false;
    if (returned === 0) return;
    this.logger.warn(`Handed back ${returned} steps whose claim was lost with a connection.`);
    this.signals.stepsFreed.emit();
  }

  /** True if the identity of the request is still the current one. */
  private isPresent({ workerId }: ClaimRequest): boolean {
    return this.identity.current() === workerId;
  }

  /** Begins the claimed steps; returns those that were still leased to this worker. */
  private async begin({ workerId }: ClaimRequest, answer: AdvanceAnswer, age: AnswerAge): Promise<AdvanceAnswer> {
    const { claimed } = answer;
    const { steps, isDoubtful } = await this.intake.take(workerId, claimed.steps, age);
    if (isDoubtful) this.inDoubt = true;
    return { ...answer, claimed: { ...claimed, steps } };
  }

  private end(outcome: StepOutcome): void {
    if (outcome.recorded) {
      this.publishRecorded(outcome, outcome.recorded);
      return;
    }
    this.outcomes.add(outcome);
    this.signals.passDue.emit();
  }

  /**
   * Publishes the outcome that a transactional step recorded itself, and notifies others of the steps that it freed.
   */
  private publishRecorded(outcome: StepOutcome, { workerId, facts }: RecordedOutcomeFacts): void {
    const nothing = { lost: false, limitOpensIn: null, claimed: { steps: [], tasks: [] }, cut: false };
    this.events.publishPass({ workerId, want: 0, found: 0 }, [outcome], { ...nothing, facts });
    this.signals.stepsFreed.emit();
  }
}

function soonest(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}

function firstRetry(outcomes: readonly StepOutcome[], facts: OutcomeFacts | null): number | null {
  const failed = (facts?.retries ?? []).map(({ position }) => outcomes[position - 1]?.afterSeconds ?? 0);
  const handedBack = outcomes.flatMap(({ kind, afterSeconds }) => (kind === 'release' ? (afterSeconds ?? []) : []));
  const waits = [...failed, ...handedBack];
  return waits.length === 0 ? null : Math.min(...waits);
}

/** True if the step may be claimed again as soon as its outcome is recorded. */
function isDueAtOnce({ kind, afterSeconds }: StepOutcome): boolean {
  return (kind === 'release' || kind === 'retry') && !afterSeconds;
}
