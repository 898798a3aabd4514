import { Injectable } from '@nestjs/common';
import { TaskHandlerRegistry, type RegisteredTaskHandler } from '../../handlers/task-handler.registry.js';
import { UnknownTaskError } from '../../persistence/persistence.errors.js';
import { TaskDetailGateway } from '../../persistence/task-detail.gateway.js';
import { TaskGateway, type NewTaskExtra } from '../../persistence/task.gateway.js';
import { ContextValidator } from '../../templates/context.validator.js';
import { TemplateRegistry } from '../../templates/template.registry.js';
import type { JsonObject } from '../../workflow/json.js';
import type { TaskTemplate } from '../../workflow/task-template.js';
import { FactPublisher } from '../steps/fact.publisher.js';
import type { RerunBy } from './task.action.js';
import { TaskOperator } from './task.operator.js';
import type { StartedTask } from './task.request.js';
import { handledExtra } from './task.tailor.js';

/** Starts a task again as a new one, of the same template version. */
@Injectable()
export class TaskRerunner {
  constructor(
    private readonly tasks: TaskGateway,
    private readonly details: TaskDetailGateway,
    private readonly registry: TemplateRegistry,
    private readonly validator: ContextValidator,
    private readonly handlers: TaskHandlerRegistry,
    private readonly operator: TaskOperator,
    private readonly facts: FactPublisher,
  ) {}

  async rerun(taskId: string, by: RerunBy): Promise<StartedTask> {
    const origin = await this.tasks.findOrigin(taskId);
    if (!origin) throw new UnknownTaskError(taskId);
    const { namespace, name, version } = origin;
    const template = this.registry.get(namespace, name, version);
    const context = by.context === undefined ? null : this.validator.validate(template, by.context);
    const handler = this.handlers.find(template);
    const handled = handler ? await this.askHandler(handler, template, taskId, context, by) : {};
    const { deadlineSeconds } = template;
    const extra: NewTaskExtra = deadlineSeconds === null ? handled : { ...handled, deadlineSeconds };
    const texts = [context, extra].map((value) => value && JSON.stringify(value)) as [string | null, string | null];
    const { id, state } = await this.operator.rerun(taskId, by.from ?? null, ...texts, by);
    this.facts.publishStarted([{ template }], [{ id, state, created: true }]);
    return { id, namespace, name, version, state, created: true };
  }

  /** The new task is one more of its template, so its handler is asked as for any other. */
  private async askHandler(
    handler: RegisteredTaskHandler,
    template: TaskTemplate,
    taskId: string,
    context: JsonObject | null,
    by: RerunBy,
  ): Promise<NewTaskExtra> {
    const old = await this.details.find(taskId);
    if (!old) throw new UnknownTaskError(taskId);
    const { namespace, name, version, initiator, sourceSystem, tags, priority } = old;
    return handledExtra(handler, template, {
      ...{ namespace, name, version, initiator, sourceSystem, tags, priority, bypassSteps: [] },
      context: context ?? old.context,
      reason: by.reason ?? old.reason,
    });
  }
}
