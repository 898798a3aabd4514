import { Injectable } from '@nestjs/common';
import { EventBus } from '../../events/event.bus.js';
import { now } from '../../events/event.time.js';
import type {
  StepFailedPayload,
  StepPayload,
  StepTransitionPayload,
  TaskPayload,
  TaskTransitionPayload,
} from '../../events/event.payloads.js';
import { stepEventOf, taskEventOf } from '../../events/transition.events.js';
import type { ActionAnswer } from '../../persistence/operator.gateway.js';
import type { CreatedTask } from '../../persistence/task.gateway.js';
import type { AdvanceAnswer, OutcomeFacts, ReapAnswer } from '../../persistence/worker.gateway.js';
import type { StepFailure } from '../../workflow/step-failure.js';
import type { TaskTemplate } from '../../workflow/task-template.js';
import { EngineSignals } from '../engine.signals.js';
import type { StepOutcome } from '../steps/step.outcome.js';
import { ClaimedNames } from './claimed.names.js';

type TaskStates = Pick<TaskTransitionPayload, 'from' | 'to'>;

/** The states, and the failure if the step is now in error. */
interface StepStates extends Pick<StepTransitionPayload, 'from' | 'to'> {
  readonly failure?: () => Pick<StepFailedPayload, 'error' | 'retryAt'>;
}

/** The states to which outcomes lead. */
const STATES = { complete: 'complete', release: 'pending', retry: 'error', error: 'error' } as const;

/**
 * Publishes the transitions that a transaction has committed. The payload of an event does not depend on the cause of
 * the transition, and is built only if there is a listener.
 */
@Injectable()
export class TransitionPublisher {
  constructor(
    private readonly bus: EventBus,
    private readonly names: ClaimedNames,
    private readonly signals: EngineSignals,
  ) {}

  /** Publishes the creation of tasks, in the order in which they were prepared. A task without steps is complete at once. */
  publishStarted(prepared: readonly { readonly template: TaskTemplate }[], created: readonly CreatedTask[]): void {
    created.forEach(({ id: taskId, state, created: isNew, settled = [] }, index) => {
      if (!isNew) return;
      const { namespace, name, version } = prepared[index]!.template;
      const payload = (): TaskPayload => ({ taskId, namespace, name, version, at: now() });
      this.publishTask({ from: null, to: 'pending' }, payload);
      this.publishAction({ steps: settled, tasks: [] });
      if (state !== 'pending') this.publishTask({ from: 'pending', to: state }, payload);
    });
  }

  /** Publishes the transitions that a pass of the worker recorded and claimed. */
  publishPass(workerId: string, outcomes: readonly StepOutcome[], { facts, claimed }: AdvanceAnswer): void {
    if (facts) {
      this.publishOutcomes(workerId, outcomes, facts);
      this.publishAction({ steps: facts.settled, tasks: [] });
    }
    const claims = claimed.steps.filter((step) => this.names.areKnown(step));
    for (const step of claims) this.publishStep({ from: step.from, to: 'in_progress' }, () => this.names.stepOf(step));
    const changes = [...(facts?.tasks ?? []), ...claimed.tasks];
    if (changes.length === 0) return;
    const ended = outcomes.map((outcome) => outcome.claimed).filter((step) => this.names.areKnown(step));
    const attemptOf = new Map([...ended, ...claims].map((step) => [step.taskId, step]));
    for (const change of changes) {
      const step = attemptOf.get(change.id);
      if (step) this.publishTask(change, () => this.names.taskOf(step));
    }
  }

  /** Publishes the transitions that a person or a deadline caused, or a decision that was made ahead of the turn of a step. */
  publishAction({ steps, tasks }: Pick<ActionAnswer, 'steps' | 'tasks'>): void {
    for (const { from, to, error, ...step } of steps)
      this.publishStep({ from, to, failure: () => ({ error: error!, retryAt: null }) }, () => ({ ...step, at: now() }));
    for (const { id: taskId, from, to, ...template } of tasks)
      this.publishTask({ from, to }, () => ({ taskId, ...template, at: now() }));
  }

  /** Publishes the transitions of the steps and tasks of lost workers. */
  publishReaped({ steps, tasks }: ReapAnswer): void {
    for (const { workerId: _, error, retryAt, ...step } of steps) {
      const failure = { error, retryAt };
      this.publishStep({ from: 'in_progress', to: 'error', failure: () => failure }, () => ({ ...step, at: now() }));
    }
    for (const { id: taskId, from, to } of tasks) {
      const { namespace, name, version } = steps.find((step) => step.taskId === taskId)!;
      this.publishTask({ from, to }, () => ({ taskId, namespace, name, version, at: now() }));
    }
  }

  private publishOutcomes(workerId: string, outcomes: readonly StepOutcome[], facts: OutcomeFacts): void {
    const stale = new Set(facts.stale);
    const retries = new Map(facts.retries.map(({ position, runAt }) => [position, runAt]));
    outcomes.forEach((outcome, index) => {
      const { claimed, kind } = outcome;
      const position = index + 1;
      if (!this.names.areKnown(claimed)) return;
      if (stale.has(position)) {
        const dropped = kind === 'release' ? 'handed_back' : kind;
        this.bus.publish('step.outcome_stale', { ...this.names.stepOf(claimed), workerId, outcome: dropped });
        return;
      }
      const failure = (): Pick<StepFailedPayload, 'error' | 'retryAt'> => ({
        error: failureOf(outcome),
        retryAt: retries.get(position) ?? null,
      });
      this.publishStep({ from: 'in_progress', to: STATES[kind], failure }, () => this.names.stepOf(claimed));
    });
  }

  private publishStep({ from, to, failure }: StepStates, payload: () => StepPayload): void {
    const name = stepEventOf(from, to);
    if (!this.bus.hasListeners(name)) return;
    if (name === 'step.failed') this.bus.publish(name, { ...payload(), from, to, ...failure!() });
    else this.bus.publish(name, { ...payload(), from, to });
  }

  private publishTask({ from, to }: TaskStates, payload: () => TaskPayload): void {
    const name = taskEventOf(from, to);
    if (this.bus.hasListeners(name)) this.bus.publish(name, { ...payload(), from, to });
    if (to !== 'pending' && to !== 'in_progress') this.signals.taskEnded.emit(payload);
  }
}

function failureOf({ error }: StepOutcome): StepFailure {
  const { message, code, class: className, permanent } = JSON.parse(error ?? '{}') as StepFailure;
  return { message, code, class: className, permanent };
}
