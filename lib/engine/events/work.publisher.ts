import { Injectable } from '@nestjs/common';
import { EventBus } from '../../events/event.bus.js';
import { now } from '../../events/event.time.js';
import type { EventName, EventPayload } from '../../events/event.catalogue.js';
import type { RequeuedTaskPayload, TaskPayload } from '../../events/event.payloads.js';
import type { ActionAnswer } from '../../persistence/operator.gateway.js';
import type { CreatedTask } from '../../persistence/task.gateway.js';
import type { AdvanceAnswer, ClaimedStep, OutcomeFacts, ReapAnswer } from '../../persistence/worker.gateway.js';
import type { StepOutcome } from '../steps/step.outcome.js';
import type { PreparedTask } from '../tasks/task.starter.js';
import { ClaimedNames } from './claimed.names.js';

/** A started task, as far as its events need it. */
export type AnnouncedTask = Pick<PreparedTask, 'template'> & {
  readonly task?: Pick<PreparedTask['task'], 'extra'>;
};

/** The claim of a pass. */
export interface PublishedClaim {
  readonly workerId: string;
  /** The number of steps that the worker could take. */
  readonly want: number;
  /** The number of steps that were claimed, whether or not they still belong to the worker. */
  readonly found: number;
}

const OF_RETRIES = ['observability.step.backoff', 'workflow.task_reenqueue_delayed'] as const satisfies EventName[];

/**
 * Publishes what workers and people did, beyond the transitions: claims, recorded outcomes, waits, full limits.
 * Payloads are built only if there is a listener.
 */
@Injectable()
export class WorkPublisher {
  /** When the full limit opens, by `performance.now()`; null if none is known to be full. */
  private limitedUntil: number | null = null;

  constructor(
    private readonly bus: EventBus,
    private readonly names: ClaimedNames,
  ) {}

  publishStarted(prepared: readonly AnnouncedTask[], created: readonly CreatedTask[]): void {
    if (!this.bus.hasListeners('observability.task.enqueue')) return;
    created.forEach(({ id: taskId, state, created: isNew }, index) => {
      if (!isNew || state !== 'pending') return;
      const { template, task } = prepared[index]!;
      const { namespace, name, version } = template;
      const runAt = task?.extra?.runAt ?? null;
      this.bus.publish('observability.task.enqueue', { taskId, namespace, name, version, runAt, at: now() });
    });
  }

  publishPass(
    { workerId, want, found }: PublishedClaim,
    outcomes: readonly StepOutcome[],
    { lost, facts, claimed, limitOpensIn }: AdvanceAnswer,
  ): void {
    if (lost) return; // nothing was searched
    if (facts && outcomes.length > 0) this.publishRecorded(workerId, outcomes, facts);
    this.publishBegun(workerId, outcomes, { facts, claimed });
    if (claimed.steps.length > 0) this.publishClaimed(workerId, claimed.steps);
    else if (want > 0 && found === 0) this.publish('workflow.no_viable_steps', () => ({ workerId, at: now() }));
    if (want > 0) this.publishLimit(workerId, limitOpensIn);
  }

  publishAction({ steps }: Pick<ActionAnswer, 'steps'>): void {
    this.publishRequeued(
      steps.filter(({ from, to }) => from === 'error' && to === 'pending'),
      'retry_requested',
    );
  }

  publishLeaseLost(workerId: string, droppedSteps: number): void {
    this.bus.publish('worker.lease_lost', { workerId, droppedSteps, at: now() });
  }

  publishLost({ workers }: ReapAnswer): void {
    for (const workerId of workers) this.bus.publish('worker.lost', { workerId, at: now() });
  }

  publishTakenBack({ steps }: ReapAnswer): void {
    this.publishRequeued(
      steps.filter(({ retryAt }) => retryAt !== null),
      'worker_lost',
    );
  }

  private publishRecorded(workerId: string, outcomes: readonly StepOutcome[], facts: OutcomeFacts): void {
    this.publish('workflow.steps_execution_completed', () => {
      const stale = new Set(facts.stale);
      const counted = outcomes.filter(({ kind }, index) => kind !== 'release' && !stale.has(index + 1));
      const successfulCount = counted.filter(({ kind }) => kind === 'complete').length;
      const failedCount = counted.length - successfulCount;
      return { workerId, processedCount: counted.length, successfulCount, failedCount, at: now() };
    });
    if (OF_RETRIES.some((name) => this.bus.hasListeners(name))) {
      for (const { position, runAt } of facts.retries) this.publishBackoff(outcomes[position - 1]!, runAt);
    }
    this.publishHandedBack(outcomes, facts);
  }

  private publishBackoff({ claimed, afterSeconds, isWaitRequested = false }: StepOutcome, runAt: string): void {
    if (!this.names.areKnown(claimed)) return;
    const seconds = afterSeconds ?? 0;
    const step = this.names.stepOf(claimed);
    this.bus.publish('observability.step.backoff', {
      ...step,
      backoffSeconds: seconds,
      backoffType: isWaitRequested ? 'server_requested' : 'exponential',
      retryAt: runAt,
    });
    this.bus.publish('workflow.task_reenqueue_delayed', {
      ...this.names.taskOf(claimed),
      step: step.step,
      reason: 'retry_backoff',
      delaySeconds: seconds,
      scheduledFor: runAt,
    });
  }

  private publishHandedBack(outcomes: readonly StepOutcome[], facts: OutcomeFacts): void {
    if (!this.bus.hasListeners('workflow.task_reenqueue_requested')) return;
    const stale = new Set(facts.stale);
    const returned = outcomes.filter(
      ({ kind, claimed }, index) => kind === 'release' && !stale.has(index + 1) && this.names.areKnown(claimed),
    );
    this.publishRequeued(
      returned.map(({ claimed }) => this.names.stepOf(claimed)),
      'handed_back',
    );
  }

  /** A task that was locked during the claim of its first step begins only with the outcome. */
  private publishBegun(
    workerId: string,
    outcomes: readonly StepOutcome[],
    { facts, claimed }: Pick<AdvanceAnswer, 'facts' | 'claimed'>,
  ): void {
    if (!this.bus.hasListeners('workflow.task_started')) return;
    const begun = [...(facts?.tasks ?? []), ...claimed.tasks].filter(({ from }) => from === 'pending');
    const steps = [...outcomes.map((outcome) => outcome.claimed), ...claimed.steps];
    for (const { id } of begun) {
      const step = steps.find((each) => each.taskId === id && this.names.areKnown(each));
      if (step) this.bus.publish('workflow.task_started', { ...this.names.taskOf(step), workerId });
    }
  }

  private publishClaimed(workerId: string, steps: readonly ClaimedStep[]): void {
    this.publish('workflow.steps_execution_started', () => ({ workerId, stepCount: steps.length, at: now() }));
    if (!this.bus.hasListeners('workflow.viable_steps_discovered')) return;
    const named = steps.filter((step) => this.names.areKnown(step));
    for (const ofTask of groupedByTask(named).values()) {
      this.bus.publish('workflow.viable_steps_discovered', {
        ...this.names.taskOf(ofTask[0]!),
        workerId,
        stepIds: ofTask.map(({ id }) => id),
        steps: ofTask.map((step) => this.names.stepOf(step).step),
        stepCount: ofTask.length,
      });
    }
  }

  /** Only changes are published. A full limit is not looked at again before it opens, so that passes meanwhile say nothing. */
  private publishLimit(workerId: string, opensInSeconds: number | null): void {
    const isKnown = this.limitedUntil !== null;
    if (opensInSeconds !== null) {
      this.limitedUntil = performance.now() + opensInSeconds * 1_000;
      if (!isKnown) this.bus.publish('limit.reached', { workerId, opensInSeconds, at: now() });
    } else if (isKnown && performance.now() >= this.limitedUntil!) {
      this.limitedUntil = null;
      this.bus.publish('limit.opened', { workerId, at: now() });
    }
  }

  private publishRequeued(
    steps: readonly (Omit<TaskPayload, 'at'> & { readonly step: string })[],
    reason: RequeuedTaskPayload['reason'],
  ): void {
    if (!this.bus.hasListeners('workflow.task_reenqueue_requested')) return;
    for (const [taskId, ofTask] of groupedByTask(steps)) {
      const { namespace, name, version } = ofTask[0]!;
      const task = { taskId, namespace, name, version, at: now() };
      this.bus.publish('workflow.task_reenqueue_requested', { ...task, steps: ofTask.map(({ step }) => step), reason });
    }
  }

  private publish<Name extends EventName>(name: Name, payload: () => EventPayload<Name>): void {
    if (this.bus.hasListeners(name)) this.bus.publish(name, payload());
  }
}

function groupedByTask<Step extends Pick<ClaimedStep, 'taskId'>>(steps: readonly Step[]): ReadonlyMap<string, Step[]> {
  const groups = new Map<string, Step[]>();
  for (const step of steps) {
    const group = groups.get(step.taskId);
    if (group) group.push(step);
    else groups.set(step.taskId, [step]);
  }
  return groups;
}
