import { Injectable } from '@nestjs/common';
import { EventBus } from '../../events/event.bus.js';
import { now } from '../../events/event.time.js';
import { OperatorGateway, type ActionAnswer, type Operator } from '../../persistence/operator.gateway.js';
import { EventPublisher } from '../events/event.publisher.js';
import { ReadyNotifier } from '../ready.notifier.js';
import type { ActionBy, ActionResult } from './task.action.js';
import { CancellationWatcher } from '../steps/cancellation.watcher.js';

/** The name of an action in `TaskService`, and the task or step that it is about. */
export interface ActionTarget {
  readonly action: string;
  readonly taskId: string;
  readonly step?: string;
}

/** Carries out an operator action in the database, then publishes its events and wakes workers. */
@Injectable()
export class TaskOperator {
  constructor(
    private readonly gateway: OperatorGateway,
    private readonly events: EventPublisher,
    private readonly ready: ReadyNotifier,
    private readonly cancellations: CancellationWatcher,
    private readonly bus: EventBus,
  ) {}

  /**
   * @param target the name of the action, and what it is about
   * @throws the errors of the gateway; nothing was changed
   */
  async act(
    target: ActionTarget,
    by: ActionBy,
    action: (gateway: OperatorGateway, operator: Operator) => Promise<ActionAnswer>,
  ): Promise<ActionResult> {
    const answer = await action(this.gateway, operatorOf(by));
    this.tell(answer);
    this.publishAct(target, by, answer.changed);
    const { changed, steps, tasks } = answer;
    return { changed, steps, tasks };
  }

  /** Starts a task that repeats another one. It runs like any other task. */
  async rerun(taskId: string, from: string | null, context: string | null, extra: string | null, by: ActionBy) {
    const started = await this.gateway.rerunTask(taskId, from, context, extra, operatorOf(by));
    this.ready.notifyAll();
    return started;
  }

  /** Publishes an action, after the events of what it changed. */
  publishAct({ action, taskId, step }: ActionTarget, { actor }: ActionBy, changed: boolean): void {
    this.bus.publish('operator.acted', { action, taskId, step: step ?? null, actor, changed, at: now() });
  }

  private tell(answer: ActionAnswer): void {
    this.events.publishAction(answer);
    const isAnyStopped = answer.steps.some(({ from }) => from === 'in_progress');
    if (answer.freed > 0 || isAnyStopped) this.ready.notifyAll(); // stopped steps may make room under a limit
    // Other processes notice at their next search.
    if (isAnyStopped) this.cancellations.lookNow();
  }
}

function operatorOf({ actor, reason }: ActionBy): Operator {
  return { actor, reason: reason ?? null };
}
