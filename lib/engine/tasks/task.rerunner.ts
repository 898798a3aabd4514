import { Injectable } from '@nestjs/common';
import type { RequestedTask } from '../../handlers/task-handler.contract.js';
import { TaskHandlerRegistry, type RegisteredTaskHandler } from '../../handlers/task-handler.registry.js';
import { UnknownTaskError } from '../../persistence/persistence.errors.js';
import { TaskDetailGateway } from '../../persistence/task-detail.gateway.js';
import { TaskGateway, type NewTaskExtra } from '../../persistence/task.gateway.js';
import { withoutQuotes } from '../../protection/error.scrubber.js';
import { SensitiveDataService, type RedactedContext } from '../../protection/sensitive-data.service.js';
import { SensitiveReader } from '../../protection/sensitive.reader.js';
import { ContextValidator } from '../../templates/context.validator.js';
import { TemplateDirectory, type StartableTemplate } from '../../templates/template.directory.js';
import type { TemplateVersion } from '../../templates/template.hint.js';
import type { JsonObject } from '../../workflow/json.js';
import { hasTemplate, type TaskScope } from '../../workflow/task.scope.js';
import type { TaskTemplate } from '../../workflow/task-template.js';
import { EventPublisher } from '../events/event.publisher.js';
import type { RerunBy } from './task.action.js';
import { TaskOperator } from './task.operator.js';
import type { StartedTask } from './task.request.js';
import { handledExtra } from './task.tailor.js';

/** See `p_extra` in `sql/functions/rerun_task.sql`. */
interface RerunExtra extends NewTaskExtra {
  readonly namedTaskId: string;
}

/** Repeats a task as a new one, with the same template version or another. */
@Injectable()
export class TaskRerunner {
  constructor(
    private readonly tasks: TaskGateway,
    private readonly details: TaskDetailGateway,
    private readonly directory: TemplateDirectory,
    private readonly validator: ContextValidator,
    private readonly handlers: TaskHandlerRegistry,
    private readonly operator: TaskOperator,
    private readonly events: EventPublisher,
    private readonly sensitive: SensitiveDataService,
    private readonly secrets: SensitiveReader,
  ) {}

  async rerun(taskId: string, by: RerunBy, scope: TaskScope | null): Promise<StartedTask> {
    const origin = await this.tasks.findOrigin(taskId);
    if (!origin) throw new UnknownTaskError(taskId);
    const { template, namedTaskId } = await this.templateOf(origin, by.version ?? origin.version, scope);
    const { namespace, name, version, deadlineSeconds } = template;
    const context = await this.contextOf(template, origin, taskId, by);
    const redacted = context && this.sensitive.redactContext(template, context);
    const changed = context && redacted && { context, taken: redacted.taken };
    const handler = this.handlers.find(template);
    const handled = handler ? await this.askHandler(handler, template, taskId, by, changed) : {};
    const extra: RerunExtra = {
      ...handled,
      namedTaskId,
      ...(deadlineSeconds !== null && { deadlineSeconds }),
      ...redacted?.extra,
    };
    const texts = [redacted?.context ?? null, extra].map((value) => value && JSON.stringify(value)) as [
      string | null,
      string | null,
    ];
    const { id, state, settled } = await this.operator.rerun(taskId, by.from ?? null, ...texts, by);
    this.events.publishStarted([{ template }], [{ id, state, created: true, settled }]);
    this.operator.publishAct({ action: 'rerun', taskId }, by, true);
    return { id, namespace, name, version, state, created: true };
  }

  /** The task's own version only needs to be in the database; another version must be in scope, and one that can be started. */
  private async templateOf(
    origin: TemplateVersion,
    version: string,
    scope: TaskScope | null,
  ): Promise<StartableTemplate> {
    const asked = { ...origin, version };
    if (version === origin.version) {
      const recalled = await this.directory.recall(asked);
      if (recalled) return recalled;
    }
    const isKnown = (template: TemplateVersion): boolean => hasTemplate(scope, template);
    await this.directory.lookUp([asked], undefined, isKnown);
    return this.directory.startable(asked, isKnown);
  }

  /** Null for the context of the original task. For another version, it is checked again. */
  private async contextOf(
    template: TaskTemplate,
    origin: TemplateVersion,
    taskId: string,
    by: RerunBy,
  ): Promise<JsonObject | null> {
    if (by.context !== undefined) return this.validator.validate(template, by.context);
    if (template.version === origin.version) return null;
    return this.validator.validate(template, (await this.wholeOf(taskId)).task.context);
  }

  /** The task with its complete context. */
  private async wholeOf(taskId: string) {
    const old = await this.details.findWhole(taskId, ['context']);
    if (!old) throw new UnknownTaskError(taskId);
    return this.secrets.complete(old);
  }

  /**
   * Calls the task handler of the template, as for any new task.
   * @param changed the context of the new task, and the sensitive values in it; null for those of the original task
   */
  private async askHandler(
    handler: RegisteredTaskHandler,
    template: TaskTemplate,
    taskId: string,
    by: RerunBy,
    changed: (Pick<RequestedTask, 'context'> & Pick<RedactedContext, 'taken'>) | null,
  ): Promise<NewTaskExtra> {
    const { task: old, taken } = await this.wholeOf(taskId);
    const { initiator, sourceSystem, tags, priority } = old;
    const { namespace, name, version } = template;
    const request = {
      ...{ namespace, name, version, initiator, sourceSystem, tags, priority, bypassSteps: [] },
      context: changed?.context ?? old.context,
      reason: by.reason ?? old.reason,
    };
    return withoutQuotes(changed?.taken ?? taken, () => handledExtra(handler, template, request));
  }
}
