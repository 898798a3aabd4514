import { Inject, Injectable, Logger } from '@nestjs/common';
import { TASKER_OPTIONS } from '../../options/options.module.js';
import type { ResolvedOptions } from '../../options/resolve.options.js';
import { isOfOnePart } from '../../persistence/sql.errors.js';
import type { CreatedTask, NewTask } from '../../persistence/task.gateway.js';
import {
  WorkerGateway,
  type AdvanceAnswer,
  type ClaimedStep,
  type ClaimRequest,
  type OutcomeFacts,
} from '../../persistence/worker.gateway.js';
import { ClaimTooLargeError, MissingTemplateError, type AbandonReason } from '../engine.errors.js';
import { StandingFaults } from '../standing.faults.js';
import { AnswerAge } from './answer.age.js';
import { FactPublisher } from './fact.publisher.js';
import { OutcomeQueue, type OutcomeBatch } from './outcome.queue.js';
import { StepDefinitionCache } from './step-definition.cache.js';
import { failedForGood, released, type StepOutcome } from './step.outcome.js';
import { StepRunner, type RunningStep } from './step.runner.js';
import { StepTransactions } from './step.transactions.js';
import { WorkerIdentity } from './worker.identity.js';
import { WorkerPasses, type PassResult } from './worker.passes.js';

/** What one pass did. */
export interface PassReport {
  readonly recorded: number;
  readonly claimed: number;
  /** Steps that became ready through the recorded outcomes. */
  readonly freed: number;
  /**
   * When the first of the recorded failures is due again, a limit that was full has room, or a
   * refused outcome is tried again; null when nothing is.
   */
  readonly dueInSeconds: number | null;
  /** Steps were left that this worker could have taken, as there seemed to be no place for more transactional ones. */
  readonly passedOver: boolean;
  /** Steps were left that did not fit into the bytes of a claim beside those that came. */
  readonly cut: boolean;
  /** The worker had been declared lost; it dropped what it ran and has a new identity. */
  readonly lost: boolean;
}

/** What was said and answered in one pass. */
interface Exchange {
  readonly request: ClaimRequest;
  readonly outcomes: readonly StepOutcome[];
  readonly answer: AdvanceAnswer;
}

const OUTCOMES_REFUSED =
  'The database refuses the outcomes of some steps, which stay in progress; each is retried on its own.';

/**
 * The capacity of this process to run steps. One pass tells the database what was finished and how much more fits, and
 * begins what comes back; `WorkerLoop` decides when the next pass is due.
 */
@Injectable()
export class Worker {
  private readonly logger = new Logger('TaskerWorker');
  private readonly running = new Map<string, RunningStep>();
  private readonly outcomes = new OutcomeQueue();
  private readonly without = new Set<string>();
  private most: number;
  private peak = 0;
  private reserved = 0;
  /** Places for transactional steps that passes under way may fill. */
  private reservedPlaces = 0;
  private passes = 0;
  /** This worker may hold steps in the database that it does not know of, as an answer was lost. */
  private inDoubt = false;
  private draining = false;

  /** Called whenever an outcome waits to be recorded. */
  onOutcome: () => void = () => undefined;

  /** Called when steps may have become ready otherwise than through a pass. */
  onFreed: () => void = () => undefined;

  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
    private readonly gateway: WorkerGateway,
    private readonly identity: WorkerIdentity,
    private readonly definitions: StepDefinitionCache,
    private readonly runner: StepRunner,
    private readonly transactions: StepTransactions,
    private readonly facts: FactPublisher,
    private readonly passMaker: WorkerPasses,
    private readonly faults: StandingFaults,
  ) {
    this.most = options.worker.concurrency;
  }

  /** How many more steps this process may take. */
  get capacity(): number {
    if (this.draining || this.outcomes.asideSize >= this.limit) return 0; // what runs here can hardly be recorded
    return Math.max(0, this.limit - this.running.size - this.reserved);
  }

  /** Steps at the same time. */
  get limit(): number {
    return this.most;
  }

  /** Lowered, nothing that runs is stopped; the next begins when there is room again. */
  limitTo(steps: number): void {
    this.most = steps;
  }

  /** Most steps that ran at the same time since this was last asked. */
  takePeak(): number {
    const { peak } = this;
    this.peak = this.running.size;
    return peak;
  }

  get runningSteps(): number {
    return this.running.size;
  }

  get waitingOutcomes(): number {
    return this.outcomes.size;
  }

  /** Nothing runs, nothing waits to be recorded, no pass is under way. */
  get isIdle(): boolean {
    return this.running.size === 0 && this.outcomes.size === 0 && this.passes === 0;
  }

  /** Idle, and able to take steps. */
  get isFree(): boolean {
    return this.isIdle && !this.inDoubt && this.capacity > 0 && this.passMaker.areWhole;
  }

  /** Takes no more steps; what a pass under way still brings goes back at once. */
  drain(): void {
    this.draining = true;
    this.outcomes.hurry();
  }

  /** Whether one more pass may start beside `passes` others: what a lost answer left behind is cleared up alone. */
  mayPass(most: number): boolean {
    return this.passes < (this.inDoubt ? 1 : most);
  }

  /**
   * Hands back what is leased to this worker and neither runs here nor waits to be recorded: the net under all races between
   * claims, losses and outcomes. At once, or with the next pass where passes are under way, whose claims are not known yet.
   *
   * @throws what the database threw; it is then done with the next pass
   */
  async returnUnknown(): Promise<void> {
    this.inDoubt = true;
    if (this.passes > 0) return;
    await this.inPass(0, ({ workerId }) => this.returnUnknownClaims(workerId));
  }

  /**
   * One round trip: records the outcomes gathered so far and begins up to `want` more steps.
   *
   * @throws what the database threw; the outcomes are kept for the next pass
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
   * @param announce is told of the tasks before their first steps begin
   * @throws what the database threw; nothing was started then, unless the answer was lost with the connection
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
      return { request, outcomes: [], answer: await this.begin(request, answer, age) };
    });
    return this.report(exchange);
  }

  /** Resolves when nothing runs in this process. */
  async settled(): Promise<void> {
    while (this.running.size > 0) await Promise.all([...this.running.values()].map(({ outcome }) => outcome));
  }

  /** Aborts everything that runs; each step ends as a release. */
  abandon(reason: AbandonReason): void {
    for (const step of this.running.values()) step.abandon(reason);
  }

  /** What runs here, as it was claimed. */
  claims(): readonly ClaimedStep[] {
    return [...this.running.values()].map(({ claimed }) => claimed);
  }

  /** Aborts an attempt that this worker no longer holds; its outcome would be stale, so nobody is told. */
  revoke(claimed: ClaimedStep, reason: AbandonReason): void {
    const step = this.running.get(claimed.id);
    if (step?.claimed !== claimed) return; // a later attempt
    this.running.delete(claimed.id);
    step.abandon(reason);
    this.onOutcome(); // there is room for another
  }

  /**
   * Nothing that was begun under this identity counts any more: drops it, and goes on under a new one. Does nothing when
   * the identity is not the present one.
   */
  leaseLost(workerId: string): void {
    if (!this.identity.forget(workerId)) return;
    this.logger.warn(
      `This worker was declared lost because its heartbeat was late. Dropped ${this.running.size} running steps.`,
    );
    const orphans = [...this.running.values()];
    this.running.clear();
    this.outcomes.clear();
    for (const orphan of orphans) orphan.abandon('lease_lost');
  }

  private async inPass<T>(want: number, pass: (request: ClaimRequest) => Promise<T>): Promise<T> {
    const places = Math.min(want, this.freePlaces);
    this.passes++;
    this.reserved += want;
    this.reservedPlaces += places;
    try {
      return await pass(this.claimRequest(await this.identity.get(), want, places));
    } finally {
      this.reservedPlaces -= places;
      this.reserved -= want;
      this.passes--;
    }
  }

  /** How many transactional steps this process may take; without bound while it knows of none. */
  private get freePlaces(): number {
    if (this.definitions.transactionalIds.length === 0) return Infinity;
    return Math.max(0, this.transactions.free - this.reservedPlaces);
  }

  private claimRequest(workerId: string, want: number, places: number): ClaimRequest {
    const { queues, maxClaimBytes: maxBytes } = this.options.worker;
    const transactional = places < want ? this.definitions.transactionalIds : [];
    // Where there is no place at all they are not even looked at, so that others are found behind them.
    const [without, scarce] = places === 0 ? [transactional, []] : [[], transactional];
    return { workerId, want, queues, without: [...this.without, ...without], scarce, scarceWant: places, maxBytes };
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
    return { request, outcomes: recorded, answer: await this.begin(request, answer, age) };
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

  /** Tells what happened, when the pass is over: a listener may start the next task and find this worker free. */
  private report({ request, outcomes, answer }: Exchange): PassReport {
    const { workerId } = request;
    const { lost, facts, limitOpensIn, claimed, cut } = answer;
    this.facts.publish(workerId, outcomes, answer);
    if (lost) this.leaseLost(workerId);
    return {
      recorded: outcomes.length,
      claimed: claimed.steps.length,
      freed: facts?.freed ?? 0,
      dueInSeconds: soonest(soonest(firstRetry(outcomes, facts), limitOpensIn), this.outcomes.asideDueInSeconds),
      passedOver: this.passedOver(request, claimed.steps),
      cut,
      lost,
    };
  }

  private passedOver({ scarce, scarceWant, want }: ClaimRequest, claimed: readonly ClaimedStep[]): boolean {
    if (scarceWant >= want) return false;
    if (scarce.length === 0) return this.freePlaces > 0; // a place became free meanwhile
    return claimed.filter(({ templateId }) => scarce.includes(templateId)).length === scarceWant;
  }

  /** All go in again; what an answer that was lost may have claimed is handed back first. */
  private keep(batch: OutcomeBatch, error: unknown): void {
    if (isOfOnePart(error)) {
      this.setAside(batch, batch.outcomes);
      return;
    }
    this.inDoubt = true;
    this.outcomes.putBack(batch);
  }

  /** Refused in any form: each is tried again by itself, unless this process goes. */
  private setAside(batch: OutcomeBatch, refused: readonly StepOutcome[]): void {
    for (const outcome of refused) {
      if (this.draining)
        this.logger.error(`Failed to record the outcome of step ${outcome.stepId}; it will run again elsewhere.`);
      else this.outcomes.setAside(batch, outcome);
    }
    if (this.outcomes.asideSize > 0) this.faults.report('outcomes', OUTCOMES_REFUSED);
    else this.faults.clear('outcomes');
  }

  private async returnUnknownClaims(workerId: string): Promise<void> {
    const returned = await this.gateway.returnUnknownClaims(workerId, [...this.claims(), ...this.outcomes.attempts()]);
    if (returned === null) return; // what was lost may still be committed
    this.inDoubt = false;
    if (returned > 0) this.logger.warn(`Handed back ${returned} steps whose claim was lost with a connection.`);
  }

  /** Whether what was asked for under this request's identity still counts. */
  private isPresent({ workerId }: ClaimRequest): boolean {
    return this.identity.current() === workerId;
  }

  /**
   * Begins what was claimed, as far as it is still this worker's; answers with that alone. What was claimed under an identity
   * that was declared lost is taken back from that, and may run again already.
   */
  private async begin(request: ClaimRequest, answer: AdvanceAnswer, age: AnswerAge): Promise<AdvanceAnswer> {
    let { steps } = answer.claimed;
    if (steps.length === 0) return answer;
    const isKnown = await this.loadDefinitions(steps);
    // An old answer may be news of steps that were taken back meanwhile; so may be the answer to a look that took long.
    for (let current = age; !this.draining && this.isPresent(request) && this.isOld(current);) {
      current = new AnswerAge();
      steps = await this.stillLeased(request, steps);
    }
    if (!this.isPresent(request)) steps = [];
    for (const step of steps) {
      if (this.draining || !isKnown) this.finish(released(step));
      else this.beginOne(step);
    }
    return { ...answer, claimed: { ...answer.claimed, steps } };
  }

  private async loadDefinitions(steps: readonly ClaimedStep[]): Promise<boolean> {
    try {
      await this.definitions.load(steps.map(({ templateId }) => templateId));
      return true;
    } catch (error) {
      this.logger.error('Failed to load step templates; handed the claimed steps back.', error);
      return false;
    }
  }

  /** Older than the time between two heartbeats: this worker may have been declared lost since it asked. */
  private isOld({ ms }: AnswerAge): boolean {
    return ms > (this.options.worker.leaseSeconds * 1_000) / 3;
  }

  /** Where that cannot be found out, none: what is leased without being known goes back. */
  private async stillLeased(
    { workerId }: ClaimRequest,
    steps: readonly ClaimedStep[],
  ): Promise<readonly ClaimedStep[]> {
    try {
      const revoked = new Set((await this.gateway.findRevokedSteps(workerId, steps)).map(({ id }) => id));
      if (revoked.size > 0) this.logger.warn(`Dropped ${revoked.size} claimed steps that were taken back meanwhile.`);
      return steps.filter(({ id }) => !revoked.has(id));
    } catch (error) {
      this.logger.error('Failed to check a late claim; handed the claimed steps back.', error);
      this.inDoubt = true;
      return [];
    }
  }

  private beginOne(claimed: ClaimedStep): void {
    const running = this.running.get(claimed.id);
    if (running && running.claimed.attemptNumber >= claimed.attemptNumber) return; // old news: it was taken back since
    const missing = this.definitions.missingFor(claimed);
    if (missing !== undefined) {
      this.finish(failedForGood(claimed, new MissingTemplateError(missing)));
      return;
    }
    const definition = this.definitions.get(claimed.templateId);
    if (!definition?.handler) {
      this.without.add(claimed.templateId);
      this.finish(released(claimed));
      return;
    }
    if (claimed.tooLargeBytes !== null) {
      const { maxClaimBytes } = this.options.worker;
      this.finish(failedForGood(claimed, new ClaimTooLargeError(claimed.tooLargeBytes, maxClaimBytes)));
      return;
    }
    if (definition.isTransactional && !this.transactions.reserve()) {
      this.finish(released(claimed)); // for another process; from now on no more are asked for than have a place
      return;
    }
    running?.abandon('lease_lost'); // an attempt that was taken away, and nobody has said so yet
    const step = this.runner.run(claimed, definition, definition.handler);
    this.running.set(claimed.id, step);
    this.peak = Math.max(this.peak, this.running.size);
    // A StepRunner's outcome never rejects.
    void step.outcome.then((outcome) => {
      // After a lost lease the same step may run here again, under the worker's new identity.
      if (this.running.get(claimed.id) !== step) return;
      this.running.delete(claimed.id);
      if (outcome.recorded) this.publishRecorded(outcome, outcome.recorded);
      else this.finish(this.draining ? this.uncounted(outcome) : outcome);
    });
  }

  /**
   * While the process goes down, what a handler uses may be closed under it, and its failure says nothing of the step. A permanent
   * failure is a decision of the handler's and stays one.
   */
  private uncounted(outcome: StepOutcome): StepOutcome {
    if (outcome.kind !== 'retry') return outcome;
    const { claimed, error } = outcome;
    const { message } = JSON.parse(error!) as { readonly message: string };
    this.logger.warn(
      `Step ${claimed.id} of task ${claimed.taskId} failed during the shutdown and goes back; the attempt does not count: ${message}`,
    );
    return released(claimed);
  }

  /** A transactional step recorded its outcome itself; what it freed nobody was told yet. */
  private publishRecorded(outcome: StepOutcome, facts: OutcomeFacts): void {
    const nothing = { lost: false, limitOpensIn: null, claimed: { steps: [], tasks: [] }, cut: false };
    this.facts.publish(this.identity.current() ?? '', [outcome], { ...nothing, facts });
    this.onFreed();
  }

  private finish(outcome: StepOutcome): void {
    this.outcomes.add(outcome);
    this.onOutcome();
  }
}

function soonest(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}

function firstRetry(outcomes: readonly StepOutcome[], facts: OutcomeFacts | null): number | null {
  if (!facts || facts.retries.length === 0) return null;
  return Math.min(...facts.retries.map(({ position }) => outcomes[position - 1]?.afterSeconds ?? 0));
}
