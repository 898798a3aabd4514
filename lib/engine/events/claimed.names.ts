import { Injectable } from '@nestjs/common';
import type { StepPayload, TaskPayload } from '../../events/event.payloads.js';
import { now } from '../../events/event.time.js';
import type { ClaimedStep } from '../../persistence/worker.gateway.js';
import { StepTemplateCache } from '../steps/step-template.cache.js';

/**
 * The names of claimed steps and of their tasks, for events. They come from the step templates that this process has
 * loaded, so that answers to workers stay small.
 */
@Injectable()
export class ClaimedNames {
  constructor(private readonly definitions: StepTemplateCache) {}

  /** False for a step that is handed back because its template cannot be loaded: its names are not known. */
  areKnown({ templateId }: ClaimedStep): boolean {
    return this.definitions.get(templateId) !== undefined;
  }

  taskOf({ taskId, templateId }: ClaimedStep): TaskPayload {
    const { namespace, task: name, version } = this.definitions.get(templateId)!.template;
    return { taskId, namespace, name, version, at: now() };
  }

  stepOf(step: ClaimedStep): StepPayload {
    const { name } = this.definitions.get(step.templateId)!.template;
    return { ...this.taskOf(step), stepId: step.id, step: name, attempt: step.attempt };
  }
}
