import { Injectable } from '@nestjs/common';
import { EventBus } from '../../events/event.bus.js';
import type {
  StepFailedPayload,
  StepPayload,
  StepTransitionPayload,
  TaskPayload,
  TaskTransitionPayload,
} from '../../events/event.catalogue.js';
import { stepEventOf, taskEventOf } from '../../events/transition.events.js';
import type { ActionAnswer } from '../../persistence/operator.gateway.js';
import type { CreatedTask } from '../../persistence/task.gateway.js';
import type { AdvanceAnswer, ClaimedStep, OutcomeFacts, ReapAnswer } from '../../persistence/worker.gateway.js';
import type { StepFailure } from '../../workflow/step-failure.js';
import type { TaskTemplate } from '../../workflow/task-template.js';
import { EngineSignals } from '../engine.signals.js';
import { StepTemplateCache } from './step-template.cache.js';
import type { StepOutcome } from './step.outcome.js';

type TaskStates = Pick<TaskTransitionPayload, 'from' | 'to'>;

/** The states, and the failure if the step is now in error. */
interface StepStates extends Pick<StepTransitionPayload, 'from' | 'to'> {
  readonly failure?: () => Pick<StepFailedPayload, 'error' | 'retryAt'>;
}

/** The states to which outcomes lead. */
const STATES = { complete: 'complete', release: 'pending', retry: 'error', error: 'error' } as const;

/**
 * Publishes the transitions that a transaction has committed. The payload of an event does not depend on the cause of
 * the transition, and is built only if there is a listener. The names for attempts come from the step templates that
 * this process has loaded, so that answers to workers stay small. All other names come from the database.
 */
@Injectable()
export class EventPublisher {
  constructor(
    private readonly bus: EventBus,
    private readonly definitions: StepTemplateCache,
    private readonly signals: EngineSignals,
  ) {}

  /** Publishes the creation of tasks, in the order in which they were prepared. A task without steps is complete at once. */
  publishStarted(prepared: readonly { readonly template: TaskTemplate }[], created: readonly CreatedTask[]): void {
    created.forEach(({ id: taskId, state, created: isNew }, index) => {
      if (!isNew) return;
      const { namespace, name, version } = prepared[index]!.template;
      const payload = (): TaskPayload => ({ taskId, namespace, name, version, at: now() });
      this.publishTask({ from: null, to: 'pending' }, payload);
      if (state !== 'pending') this.publishTask({ from: 'pending', to: state }, payload);
    });
  }

  /** Publishes the transitions that a pass of the worker recorded and claimed. */
  publishPass(workerId: string, outcomes: readonly StepOutcome[], { facts, claimed }: AdvanceAnswer): void {
    if (facts) {
      this.publishOutcomes(workerId, outcomes, facts);
      this.publishAction({ steps: facts.settled, tasks: [] });
    }
    const claims = claimed.steps.filter((step) => this.isNamed(step));
    for (const step of claims) this.publishStep({ from: step.from, to: 'in_progress' }, () => this.stepPayload(step));
    const changes = [...(facts?.tasks ?? []), ...claimed.tasks];
    if (changes.length === 0) return;
    const attempts = [...outcomes.map((outcome) => outcome.claimed).filter((step) => this.isNamed(step)), ...claims];
    const attemptOf = new Map(attempts.map((step) => [step.taskId, step]));
    for (const change of changes) {
      const step = attemptOf.get(change.id);
      if (step) this.publishTask(change, () => this.taskPayload(step));
    }
  }

  /** Publishes the transitions that a person or a deadline caused, or a decision that was made ahead of the turn of a step. */
  publishAction({ steps, tasks }: Pick<ActionAnswer, 'steps' | 'tasks'>): void {
    for (const { from, to, error, ...step } of steps)
      this.publishStep({ from, to, failure: () => ({ error: error!, retryAt: null }) }, () => ({ ...step, at: now() }));
    for (const { id: taskId, from, to, ...template } of tasks)
      this.publishTask({ from, to }, () => ({ taskId, ...template, at: now() }));
  }

  /** Publishes the loss of workers and the transitions of their steps and tasks. */
  publishReaped({ workers, steps, tasks }: ReapAnswer): void {
    for (const workerId of workers) this.bus.publish('worker.lost', { workerId, at: now() });
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
      if (!this.isNamed(claimed)) return;
      if (stale.has(position)) {
        const dropped = kind === 'release' ? 'handed_back' : kind;
        this.bus.publish('step.outcome_stale', { ...this.stepPayload(claimed), workerId, outcome: dropped });
        return;
      }
      const failure = (): Pick<StepFailedPayload, 'error' | 'retryAt'> => ({
        error: failureOf(outcome),
        retryAt: retries.get(position) ?? null,
      });
      this.publishStep({ from: 'in_progress', to: STATES[kind], failure }, () => this.stepPayload(claimed));
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

  /** False for a step that is handed back because its template cannot be loaded: its names are not known. */
  private isNamed({ templateId }: ClaimedStep): boolean {
    return this.definitions.get(templateId) !== undefined;
  }

  private taskPayload({ taskId, templateId }: ClaimedStep): TaskPayload {
    const { namespace, task: name, version } = this.definitions.get(templateId)!.template;
    return { taskId, namespace, name, version, at: now() };
  }

  private stepPayload(step: ClaimedStep): StepPayload {
    const { name } = this.definitions.get(step.templateId)!.template;
    return { ...this.taskPayload(step), stepId: step.id, step: name, attempt: step.attempt };
  }
}

function now(): string {
  return new Date().toISOString();
}

function failureOf({ error }: StepOutcome): StepFailure {
  const { message, code, class: className, permanent } = JSON.parse(error ?? '{}') as StepFailure;
  return { message, code, class: className, permanent };
}
