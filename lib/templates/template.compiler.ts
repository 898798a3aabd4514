import type { BackoffPolicy } from '../workflow/backoff.js';
import type { CustomEvent, StepTemplate, TaskTemplate } from '../workflow/task-template.js';
import { DOCUMENT_DEFAULTS } from './task.document.js';
import type { BackoffDocument, CustomEventDocument, StepDocument, TaskDocument } from './task.document.js';

/** What holds for steps whose template says nothing; from the host's options. */
export interface StepDefaults {
  readonly timeoutSeconds: number;
  /** Attempts in all, the first included. */
  readonly retryLimit: number;
  readonly backoff: BackoffPolicy;
}

/** Turns a checked document, overlay already merged, into the model that the engine runs; it cannot be changed any more. */
export function compileTemplate(document: TaskDocument, stepDefaults: StepDefaults): TaskTemplate {
  return deepFreeze({
    namespace: document.namespace_name ?? DOCUMENT_DEFAULTS.namespace,
    name: document.name,
    version: document.version ?? DOCUMENT_DEFAULTS.version,
    description: document.description ?? '',
    steps: document.step_templates.map((step) => compileStep(step, document, stepDefaults)),
    contextSchema: document.schema ?? null,
  });
}

/** What the step says, else what its task says for all steps, else what the host says. */
function compileStep(step: StepDocument, task: TaskDocument, host: StepDefaults): StepTemplate {
  const { defaults = {} } = task;
  const config = step.handler_config ?? {};
  const configuredTimeout = config.timeout_seconds as number | undefined; // the JSON Schema admits nothing else
  return {
    name: step.name,
    description: step.description ?? step.name,
    dependentSystem: step.dependent_system ?? task.default_dependent_system ?? DOCUMENT_DEFAULTS.dependentSystem,
    handler: (step.handler ?? step.handler_class)!, // the JSON Schema demands one of the two
    handlerConfig: config,
    dependsOn: dependenciesOf(step),
    retryable: step.default_retryable ?? defaults.retryable ?? DOCUMENT_DEFAULTS.retryable,
    retryLimit: step.default_retry_limit ?? defaults.retry_limit ?? host.retryLimit,
    skippable: step.skippable ?? false,
    timeoutSeconds: step.timeout_seconds ?? configuredTimeout ?? defaults.timeout_seconds ?? host.timeoutSeconds,
    backoff: compileBackoff(step.backoff, compileBackoff(defaults.backoff, host.backoff, host.backoff), host.backoff),
    queue: step.queue ?? defaults.queue ?? DOCUMENT_DEFAULTS.queue,
    priority: step.priority ?? defaults.priority ?? DOCUMENT_DEFAULTS.priority,
    customEvents: compileEvents(task.custom_events, step.custom_events),
  };
}

function dependenciesOf({ depends_on_step, depends_on_steps = [] }: StepDocument): readonly string[] {
  const names = depends_on_step === undefined ? depends_on_steps : [depends_on_step, ...depends_on_steps];
  return [...new Set(names)];
}

/** `none` keeps the cap, because a handler may still ask for a wait. */
function compileBackoff(
  document: BackoffDocument | undefined,
  inherited: BackoffPolicy,
  host: BackoffPolicy,
): BackoffPolicy {
  if (document === undefined) return { ...inherited };
  if (document === 'exponential') return { ...host };
  if (document === 'none') return { baseSeconds: 0, factor: 1, maxSeconds: inherited.maxSeconds, jitter: 0 };
  return {
    baseSeconds: document.base_seconds ?? inherited.baseSeconds,
    factor: document.factor ?? inherited.factor,
    maxSeconds: document.max_seconds ?? inherited.maxSeconds,
    jitter: document.jitter ?? inherited.jitter,
  };
}

/** Events of the task may be published by each of its steps; what a step says about an event of the same name counts. */
function compileEvents(
  ofTask: readonly CustomEventDocument[] = [],
  ofStep: readonly CustomEventDocument[] = [],
): readonly CustomEvent[] {
  const events = [...ofTask, ...ofStep].map(({ name, description = '' }) => ({ name, description }));
  return [...new Map(events.map((event) => [event.name, event])).values()];
}

function deepFreeze<T extends object>(value: T): T {
  for (const item of Object.values(value)) if (typeof item === 'object' && item !== null) deepFreeze(item);
  return Object.freeze(value);
}
