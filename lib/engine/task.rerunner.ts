import { Injectable } from '@nestjs/common';
import { UnknownTaskError } from '../persistence/persistence.errors.js';
import { TaskGateway } from '../persistence/task.gateway.js';
import { ContextValidator } from '../templates/context.validator.js';
import { TemplateRegistry } from '../templates/template.registry.js';
import { FactPublisher } from './fact.publisher.js';
import type { RerunBy } from './task.action.js';
import { TaskOperator } from './task.operator.js';
import type { StartedTask } from './task.request.js';

/** Starts a task again as a new one, of the same template version. */
@Injectable()
export class TaskRerunner {
  constructor(
    private readonly tasks: TaskGateway,
    private readonly registry: TemplateRegistry,
    private readonly validator: ContextValidator,
    private readonly operator: TaskOperator,
    private readonly facts: FactPublisher,
  ) {}

  async rerun(taskId: string, by: RerunBy): Promise<StartedTask> {
    const origin = await this.tasks.findOrigin(taskId);
    if (!origin) throw new UnknownTaskError(taskId);
    const { namespace, name, version } = origin;
    const template = this.registry.get(namespace, name, version);
    const context = by.context === undefined ? null : JSON.stringify(this.validator.validate(template, by.context));
    const { id, state } = await this.operator.rerun(taskId, by.from ?? null, context, by);
    this.facts.publishStarted([{ template }], [{ id, state, created: true }]);
    return { id, namespace, name, version, state, created: true };
  }
}
