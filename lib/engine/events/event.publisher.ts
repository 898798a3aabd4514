import { Injectable } from '@nestjs/common';
import type { ActionAnswer } from '../../persistence/operator.gateway.js';
import type { CreatedTask } from '../../persistence/task.gateway.js';
import type { AdvanceAnswer, ReapAnswer } from '../../persistence/worker.gateway.js';
import type { StepOutcome } from '../steps/step.outcome.js';
import { TransitionPublisher } from './transition.publisher.js';
import { WorkPublisher, type AnnouncedTask, type PublishedClaim } from './work.publisher.js';

/** Publishes committed transitions, then the related events. */
@Injectable()
export class EventPublisher {
  constructor(
    private readonly transitions: TransitionPublisher,
    private readonly work: WorkPublisher,
  ) {}

  /** Publishes the creation of tasks, in the order in which they were prepared. */
  publishStarted(prepared: readonly AnnouncedTask[], created: readonly CreatedTask[]): void {
    this.transitions.publishStarted(prepared, created);
    this.work.publishStarted(prepared, created);
  }

  /** Publishes what a pass of the worker recorded and claimed. */
  publishPass(claim: PublishedClaim, outcomes: readonly StepOutcome[], answer: AdvanceAnswer): void {
    this.transitions.publishPass(claim.workerId, outcomes, answer);
    this.work.publishPass(claim, outcomes, answer);
  }

  /** Publishes what a person or a deadline changed. */
  publishAction(answer: Pick<ActionAnswer, 'steps' | 'tasks'>): void {
    this.transitions.publishAction(answer);
    this.work.publishAction(answer);
  }

  /** Publishes that this worker learned of its loss. */
  publishLeaseLost(workerId: string, droppedSteps: number): void {
    this.work.publishLeaseLost(workerId, droppedSteps);
  }

  /** Publishes the loss of workers, and what became of their steps and tasks. */
  publishReaped(answer: ReapAnswer): void {
    this.work.publishLost(answer);
    this.transitions.publishReaped(answer);
    this.work.publishTakenBack(answer);
  }
}
