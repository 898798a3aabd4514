import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { IdentifiedRequest } from '../../handlers/task-handler.contract.js';
import { TaskHandlerRegistry } from '../../handlers/task-handler.registry.js';
import { TASKER_OPTIONS } from '../../options/options.module.js';
import type { ResolvedOptions } from '../../options/resolve.options.js';
import { currentOrigin } from '../../options/request.origin.js';
import { AuditWriter } from '../../persistence/audit.writer.js';
import type { NewTaskExtra, NewTaskSettlement } from '../../persistence/task.gateway.js';
import { withoutQuotes } from '../../protection/error.scrubber.js';
import { SensitiveDataService, type RedactedContext } from '../../protection/sensitive-data.service.js';
import { ContextValidator } from '../../templates/context.validator.js';
import { TemplateDirectory } from '../../templates/template.directory.js';
import type { JsonObject } from '../../workflow/json.js';
import { hasTemplate, type TaskScope } from '../../workflow/task.scope.js';
import type { TaskTemplate } from '../../workflow/task-template.js';
import type { Problem } from '../../workflow/tasker.error.js';
import { ContextTooLargeError, InvalidStartRequestError } from '../engine.errors.js';
import { TaskIdentifier } from './task.identity.js';
import { checkRequest, REQUEST_DEFAULTS as DEFAULT } from './task.request.check.js';
import type { StartOptions, StartTaskRequest } from './task.request.js';
import type { PreparedTask } from './task.starter.js';
import { handledExtra } from './task.tailor.js';

/** Checks a request against its template and fills in the defaults. */
@Injectable()
export class TaskPreparer {
  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
    private readonly directory: TemplateDirectory,
    private readonly validator: ContextValidator,
    private readonly identifier: TaskIdentifier,
    private readonly handlers: TaskHandlerRegistry,
    private readonly audit: AuditWriter,
    private readonly sensitive: SensitiveDataService,
  ) {}

  /**
   * Reads templates that other processes have loaded from the database. Must be awaited before requests are prepared.
   */
  lookUp(
    requests: readonly StartTaskRequest<object>[],
    manager?: EntityManager,
    scope: TaskScope | null = null,
  ): Promise<void> {
    const asked = requests.map((request: Partial<StartTaskRequest<object>> | null) => {
      const { namespace = DEFAULT.namespace, name = '', version = DEFAULT.version } = request ?? {};
      return { namespace, name, version };
    });
    return this.directory.lookUp(asked, manager, (template) => hasTemplate(scope, template));
  }

  /**
   * @throws InvalidStartRequestError, UnknownTemplateError, UnavailableTemplateError, InvalidContextError,
   *   ContextTooLargeError, and the errors of the task handler
   */
  prepare(
    request: StartTaskRequest<object>,
    keys: Pick<StartOptions, 'requestKey' | 'keyOwner'> = {},
    scope: TaskScope | null = null,
  ): PreparedTask {
    checkRequest(request);
    const { namespace = DEFAULT.namespace, name, version = DEFAULT.version, context = DEFAULT.context } = request;
    const { template, namedTaskId } = this.directory.startable({ namespace, name, version }, (each) =>
      hasTemplate(scope, each),
    );
    const { bypassSteps = DEFAULT.bypassSteps } = request;
    const problems = bypassProblems(template, bypassSteps);
    if (problems.length > 0) throw new InvalidStartRequestError(problems);
    const validated = this.validator.validate(template, context);
    const whole = contextText(validated, this.options.worker.maxClaimBytes);
    const redacted = this.sensitive.redactContext(template, validated);
    const task = {
      namedTaskId,
      context: redacted.context === validated ? whole : JSON.stringify(redacted.context),
      initiator: request.initiator ?? DEFAULT.initiator,
      sourceSystem: request.sourceSystem ?? DEFAULT.sourceSystem,
      reason: request.reason ?? DEFAULT.reason,
      tags: request.tags ?? DEFAULT.tags,
      priority: request.priority ?? DEFAULT.priority,
    };
    const identified: IdentifiedRequest = {
      namespace,
      name,
      version: template.version,
      context: validated,
      initiator: task.initiator,
      sourceSystem: task.sourceSystem,
      reason: task.reason,
      bypassSteps,
    };
    const handler = this.handlers.find(template);
    const { handled, identity } = withoutQuotes(redacted.taken, () => ({
      handled: handler && handledExtra(handler, template, { ...identified, tags: task.tags, priority: task.priority }),
      identity: this.identifier.identify(template, identified, request.idempotencyKey, keys),
    }));
    const extra = defined({
      runAt: instant(request.runAt),
      deadlineAt: instant(request.deadlineAt),
      deadlineSeconds: request.deadlineAt === undefined ? (template.deadlineSeconds ?? undefined) : undefined,
      retained: request.retained === true ? true : undefined,
      identity,
      tailor: handled?.tailor,
      hasFinalHook: handled?.hasFinalHook,
      ...redacted.extra,
      audit: this.auditEntry(request.reason),
      bypassSteps: bypassSteps.length > 0 ? bypassSteps : undefined,
      settle: bypassSteps.length > 0 ? bypassSteps.map((step) => bypassed(step, task.initiator)) : undefined,
    });
    const { idempotencyKey: key } = request;
    const keyed = key === undefined ? {} : { keyed: { key, ...this.said(template, context, redacted) } };
    return { template, task: extra ? { ...task, extra } : task, ...keyed };
  }

  /** The context of the request as it would be stored, for the comparison with that of an earlier request. */
  private said(template: TaskTemplate, context: JsonObject, { taken }: RedactedContext) {
    return { context: JSON.stringify(this.sensitive.withoutValues(template, context)), taken };
  }

  /** Only what was requested from outside is an operation for the audit log. */
  private auditEntry(reason: string | undefined): JsonObject | undefined {
    if (!currentOrigin()) return undefined;
    return this.audit.entryOf({ operation: 'startTask', kind: 'task', id: null, details: { reason } }) ?? undefined;
  }
}

function contextText(context: JsonObject, maxBytes: number): string {
  const text = JSON.stringify(context);
  // A UTF-16 unit takes at most three bytes, so most contexts need not be measured.
  if (text.length * 3 <= maxBytes) return text;
  const bytes = Buffer.byteLength(text);
  if (bytes > maxBytes) throw new ContextTooLargeError(bytes, maxBytes);
  return text;
}

function bypassProblems({ steps }: TaskTemplate, bypassSteps: readonly string[]): Problem[] {
  return bypassSteps.flatMap((name, index) => {
    const step = steps.find((each) => each.name === name);
    const pointer = `/bypassSteps/${index}`;
    if (!step) {
      const known = steps.filter(({ skippable }) => skippable).map((each) => each.name);
      return [{ pointer, message: `is not a step of the template; skippable: ${known.join(', ') || 'none'}` }];
    }
    return step.skippable ? [] : [{ pointer, message: 'names a step that is not skippable in its template' }];
  });
}

function bypassed(step: string, actor: string): NewTaskSettlement {
  return { step, as: 'skipped', results: null, actor, reason: 'bypass_steps' };
}

function instant(value: Date | string | undefined): string | undefined {
  return value === undefined ? undefined : new Date(value).toISOString();
}

/** Undefined if all fields are undefined, as for most tasks, so that their start costs nothing more. */
function defined(extra: { [Key in keyof NewTaskExtra]: NewTaskExtra[Key] | undefined }): NewTaskExtra | undefined {
  let found: Record<string, unknown> | undefined;
  for (const key in extra) {
    const value = extra[key as keyof NewTaskExtra];
    if (value !== undefined) (found ??= {})[key] = value;
  }
  return found;
}
