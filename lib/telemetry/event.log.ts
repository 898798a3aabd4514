import { Inject, Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { EventBus } from '../events/event.bus.js';
import type { EventName } from '../events/event.catalogue.js';
import type { EventListener } from '../events/event.pattern.js';
import type { StepPayload, TaskPayload } from '../events/event.payloads.js';
import { TASKER_OPTIONS } from '../options/options.module.js';
import type { ResolvedOptions } from '../options/resolve.options.js';
import { logText } from '../workflow/log.text.js';
import { templateLabel } from '../workflow/task-template.js';

/** Logs the events that matter to operators, if the option `telemetry.log` is on. */
@Injectable()
export class EventLog implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('Tasker');
  private readonly unsubscribes: (() => void)[] = [];

  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
    private readonly bus: EventBus,
  ) {}

  onModuleInit(): void {
    if (!this.options.telemetry.log) return;
    this.listen('task.failed', (task) => {
      this.logger.warn(`${taskLabel(task)} failed: a failed step blocks the rest of it.`);
    });
    this.listen('step.failed', (step) => {
      const { attempt, error, retryAt } = step;
      const code = error.code === null ? '' : ` with ${logText(error.code)}`;
      const outlook = retryAt === null ? ' for good' : '';
      this.logger.warn(`${stepLabel(step)} failed${outlook} at attempt ${attempt}${code}: ${logText(error.message)}`);
      if (retryAt !== null) this.logger.log(`${stepLabel(step)} will be retried at ${retryAt}.`);
    });
    this.listen('step.outcome_stale', (step) => {
      const { workerId, attempt, outcome } = step;
      this.logger.warn(
        `${stepLabel(step)}: dropped the outcome "${outcome}" of attempt ${attempt} from worker ${workerId}, because it arrived too late.`,
      );
    });
    this.listen('worker.lost', ({ workerId }) => {
      this.logger.warn(`Worker ${workerId} missed its heartbeats; its steps were taken back.`);
    });
    // This event is frequent, so the line is built only if it will be written.
    if (!Logger.isLevelEnabled('debug')) return;
    this.listen('task.completed', (task) => this.logger.debug(`${taskLabel(task)} is complete.`));
  }

  onModuleDestroy(): void {
    for (const unsubscribe of this.unsubscribes.splice(0)) unsubscribe();
  }

  private listen<Name extends EventName>(name: Name, listener: EventListener<Name>): void {
    this.unsubscribes.push(this.bus.on(name, listener, { name: `EventLog(${name})` }));
  }
}

function taskLabel(task: TaskPayload): string {
  return `Task ${task.taskId} (${logText(templateLabel(task))})`;
}

function stepLabel({ step, ...task }: StepPayload): string {
  return `Step ${logText(step)} of task ${task.taskId} (${logText(templateLabel(task))})`;
}
