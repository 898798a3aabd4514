import { Injectable } from '@nestjs/common';
import type { JsonObject } from '../workflow/json.js';
import { templateLabel, type TaskTemplate } from '../workflow/task-template.js';
import type { TaskHandlerContract } from './task-handler.contract.js';

type TemplateVersion = Pick<TaskTemplate, 'namespace' | 'name' | 'version'>;

export interface RegisteredTaskHandler {
  /** The name of the class. */
  readonly name: string;
  readonly instance: TaskHandlerContract;
  /** The checked `schema` of the handler; null if the schema of the template applies. */
  readonly schema: JsonObject | null;
}

/** The task handlers of this process, by template. */
@Injectable()
export class TaskHandlerRegistry {
  private readonly handlers = new Map<string, RegisteredTaskHandler>();

  register(template: TemplateVersion, handler: RegisteredTaskHandler): void {
    this.handlers.set(templateLabel(template), handler);
  }

  find(template: TemplateVersion): RegisteredTaskHandler | undefined {
    return this.handlers.size === 0 ? undefined : this.handlers.get(templateLabel(template));
  }
}
