import { Injectable } from '@nestjs/common';
import { EventBus } from '../../events/event.bus.js';
import type { StepFact, TaskFact, TaskTransitionFact } from '../../events/event.catalogue.js';
import { stepEventOf, taskEventOf } from '../../events/transition.events.js';
import type { ActionAnswer } from '../../persistence/operator.gateway.js';
import type {
  AdvanceAnswer,
  ClaimedStep,
  OutcomeFacts,
  ReapAnswer,
  StepChange,
} from '../../persistence/worker.gateway.js';
import type { CreatedTask } from '../../persistence/task.gateway.js';
import type { StepFailure } from '../../workflow/step-failure.js';
import type { TaskTemplate } from '../../workflow/task-template.js';
import { EngineSignals } from '../engine.signals.js';
import { StepTemplateCache } from './step-template.cache.js';
import type { StepOutcome } from './step.outcome.js';

/**
 * Turns what a committed transaction answered into events; nothing is published before its commit. A payload is built
 * only where somebody listens.
 */
@Injectable()
export class EventPublisher {
  constructor(
    private readonly bus: EventBus,
    private readonly definitions: StepTemplateCache,
    private readonly signals: EngineSignals,
  ) {}

  /** Tasks that were created, in the order of what they were prepared from; one without steps is complete with that. */
  publishStarted(prepared: readonly { readonly template: TaskTemplate }[], created: readonly CreatedTask[]): void {
    created.forEach(({ id, state, created: isNew }, index) => {
      const { namespace, name, version } = prepared[index]!.template;
      const fact = (): TaskFact => ({ taskId: id, namespace, name, version, at: new Date().toISOString() });
      if (!isNew) return;
      this.publishTask({ from: null, to: 'pending' }, fact);
      if (state !== 'pending') this.publishTask({ from: 'pending', to: state }, fact);
    });
  }

  publish(workerId: string, outcomes: readonly StepOutcome[], { facts, claimed }: AdvanceAnswer): void {
    if (facts) this.publishOutcomes(workerId, outcomes, facts);
    if (facts && facts.settled.length > 0) this.publishAction({ steps: facts.settled, tasks: [] });
    for (const step of claimed.steps) this.publishClaim(step);
    const changes = [...(facts?.tasks ?? []), ...claimed.tasks];
    if (changes.length === 0) return;
    const steps = [...outcomes.map((outcome) => outcome.claimed), ...claimed.steps];
    const identities = new Map(steps.filter((step) => this.isNamed(step)).map((step) => [step.taskId, step]));
    for (const change of changes) {
      const step = identities.get(change.id);
      if (step) this.publishTask(change, () => this.taskFact(step));
    }
  }

  publishAction({ steps, tasks }: Pick<ActionAnswer, 'steps' | 'tasks'>): void {
    const at = new Date().toISOString();
    for (const step of steps) this.publishMove(step, at);
    for (const { id: taskId, namespace, name, version, ...change } of tasks) {
      this.publishTask(change, () => ({ taskId, namespace, name, version, at }));
    }
  }

  publishReaped({ workers, steps, tasks }: ReapAnswer): void {
    const at = new Date().toISOString();
    for (const workerId of workers) this.bus.publish('worker.lost', { workerId, at });
    for (const { workerId: _, ...step } of steps) {
      this.bus.publish('step.failed', { ...step, at, from: 'in_progress', to: 'error' });
    }
    for (const change of tasks) {
      const { namespace, name, version } = steps.find(({ taskId }) => taskId === change.id)!;
      this.publishTask(change, () => ({ taskId: change.id, namespace, name, version, at }));
    }
  }

  private publishOutcomes(workerId: string, outcomes: readonly StepOutcome[], facts: OutcomeFacts): void {
    const stale = new Set(facts.stale);
    const retries = new Map(facts.retries.map(({ position, runAt }) => [position, runAt]));
    outcomes.forEach((outcome, index) => {
      const position = index + 1;
      if (!this.isNamed(outcome.claimed)) return;
      if (stale.has(position)) this.publishStale(workerId, outcome);
      else this.publishOutcome(outcome, retries.get(position));
    });
  }

  /** A step that an operator, a deadline or a decision made ahead of its turn moved. */
  private publishMove({ error, ...step }: StepChange, at: string): void {
    const name = stepEventOf(step.from, step.to);
    if (name === 'step.failed') this.bus.publish(name, { ...step, at, error: error!, retryAt: null });
    else this.bus.publish(name, { ...step, at });
  }

  private publishOutcome(outcome: StepOutcome, runAt: string | undefined): void {
    const { kind, claimed } = outcome;
    if (kind === 'complete') {
      if (!this.bus.hasListeners('step.completed')) return;
      this.bus.publish('step.completed', { ...this.stepFact(claimed), from: 'in_progress', to: 'complete' });
      return;
    }
    if (kind === 'release') {
      this.bus.publish('step.released', { ...this.stepFact(claimed), from: 'in_progress', to: 'pending' });
      return;
    }
    this.bus.publish('step.failed', {
      ...this.stepFact(claimed),
      from: 'in_progress',
      to: 'error',
      error: failureOf(outcome),
      retryAt: runAt ?? null,
    });
  }

  private publishStale(workerId: string, { claimed, kind }: StepOutcome): void {
    this.bus.publish('step.outcome_stale', { ...this.stepFact(claimed), workerId, outcome: kind });
  }

  private publishClaim(step: ClaimedStep): void {
    if (!this.isNamed(step) || !this.bus.hasListeners('step.execution_requested')) return;
    this.bus.publish('step.execution_requested', { ...this.stepFact(step), from: step.from, to: 'in_progress' });
  }

  private publishTask({ from, to }: Pick<TaskTransitionFact, 'from' | 'to'>, fact: () => TaskFact): void {
    const name = taskEventOf(from, to);
    if (this.bus.hasListeners(name)) this.bus.publish(name, { ...fact(), from, to });
    if (to !== 'pending' && to !== 'in_progress') this.signals.taskEnded.emit(fact);
  }

  /** False for a step that goes back unrun because its template could not be read: nothing can be told of it by name. */
  private isNamed({ templateId }: ClaimedStep): boolean {
    return this.definitions.get(templateId) !== undefined;
  }

  private taskFact({ taskId, templateId }: ClaimedStep): TaskFact {
    const { namespace, task: name, version } = this.definitions.get(templateId)!.template;
    return { taskId, namespace, name, version, at: new Date().toISOString() };
  }

  private stepFact(step: ClaimedStep): StepFact {
    const { name } = this.definitions.get(step.templateId)!.template;
    return { ...this.taskFact(step), stepId: step.id, step: name, attempt: step.attempt };
  }
}

function failureOf({ error }: StepOutcome): StepFailure {
  const { message, code, class: className, permanent } = JSON.parse(error ?? '{}') as StepFailure;
  return { message, code, class: className, permanent };
}
