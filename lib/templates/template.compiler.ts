import type { BackoffPolicy } from '../workflow/backoff.js';
import type { CustomEvent, SensitiveData, StepLimits, StepTemplate, TaskTemplate } from '../workflow/task-template.js';
import type { JsonObject } from '../workflow/json.js';
import { segmentsOf } from '../workflow/json.pointer.js';
import { HTTP_HANDLER } from './http-step.document.js';
import { deepFreeze } from './deep.freeze.js';
import { DEPENDENCY_KEYS } from './step.keys.js';
import { DOCUMENT_DEFAULTS } from './task.document.js';
import type { BackoffDocument, CustomEventDocument, LimitsDocument, RawStep, RawTask } from './task.document.js';

/** The defaults of steps, from the host's options. */
export interface StepDefaults {
  readonly timeoutSeconds: number;
  /** The maximum number of attempts, including the first. */
  readonly retryLimit: number;
  readonly backoff: BackoffPolicy;
}

/** Converts a checked document, with its overlay merged in, to an immutable template. */
export function compileTemplate(document: RawTask, stepDefaults: StepDefaults): TaskTemplate {
  const steps = document.step_templates.map((step) => compileStep(step, document, stepDefaults));
  return deepFreeze({
    namespace: document.namespace_name ?? DOCUMENT_DEFAULTS.namespace,
    name: document.name,
    version: document.version ?? DOCUMENT_DEFAULTS.version,
    description: document.description ?? '',
    steps: document.concurrent === false ? oneAfterAnother(steps) : steps,
    deadlineSeconds: document.deadline_seconds ?? null,
    contextSchema: document.schema ?? null,
    ...(document.sensitive_data && { sensitiveData: compileSensitiveData(document.sensitive_data) }),
  });
}

/** Takes each setting from the step, otherwise from the defaults of its task, otherwise from the host's options. */
function compileStep(step: RawStep, task: RawTask, host: StepDefaults): StepTemplate {
  const { defaults = {} } = task;
  const config = (step.http as JsonObject | undefined) ?? step.handler_config ?? {};
  const configuredTimeout = config.timeout_seconds as number | undefined; // the JSON Schema permits only numbers
  return {
    name: step.name,
    description: step.description ?? step.name,
    dependentSystem: step.dependent_system ?? task.default_dependent_system ?? DOCUMENT_DEFAULTS.dependentSystem,
    handler: step.http ? HTTP_HANDLER : (step.handler ?? step.handler_class)!, // the JSON Schema requires one of the three
    handlerConfig: config,
    dependsOn: dependenciesOf(step),
    retryable: step.retryable ?? step.default_retryable ?? defaults.retryable ?? DOCUMENT_DEFAULTS.retryable,
    retryLimit: step.retry_limit ?? step.default_retry_limit ?? defaults.retry_limit ?? host.retryLimit,
    skippable: step.skippable ?? false,
    timeoutSeconds: step.timeout_seconds ?? configuredTimeout ?? defaults.timeout_seconds ?? host.timeoutSeconds,
    backoff: compileBackoff(step.backoff, compileBackoff(defaults.backoff, host.backoff, host.backoff), host.backoff),
    queue: step.queue ?? defaults.queue ?? DOCUMENT_DEFAULTS.queue,
    priority: step.priority ?? defaults.priority ?? DOCUMENT_DEFAULTS.priority,
    transactional: step.transactional ?? false,
    limits: step.limits ? compileLimits(step.limits) : null,
    customEvents: compileEvents(task.custom_events, step.custom_events),
  };
}

function dependenciesOf(step: RawStep): readonly string[] {
  return [...new Set(DEPENDENCY_KEYS.flatMap((key) => step[key] ?? []))];
}

/** Makes each step depend on the one before it, in the order of declaration as far as their dependencies allow. */
function oneAfterAnother(steps: readonly StepTemplate[]): StepTemplate[] {
  const before = new Map<string, string | undefined>();
  const byName = new Map(steps.map((step) => [step.name, step]));
  let last: string | undefined;
  const place = (name: string): void => {
    if (before.has(name)) return;
    before.set(name, undefined);
    for (const parent of byName.get(name)!.dependsOn) place(parent);
    before.set(name, last);
    last = name;
  };
  for (const { name } of steps) place(name);
  return steps.map((step) => {
    const previous = before.get(step.name);
    return previous === undefined ? step : { ...step, dependsOn: [...new Set([...step.dependsOn, previous])] };
  });
}

function compileLimits({ concurrency, rate, key }: LimitsDocument): StepLimits {
  return {
    concurrency: concurrency ?? null,
    rate: rate ? { count: rate.count, seconds: rate.seconds } : null,
    key: key === undefined ? null : segmentsOf(key),
  };
}

/** `none` keeps the cap, because a handler may still request a wait. */
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

function compileSensitiveData({ context, results, errors, subject }: Partial<SensitiveData>): SensitiveData {
  return { context: context ?? [], results: results ?? {}, errors: errors ?? [], subject: subject ?? null };
}

/** Adds the events of the task to each step. A step's own event replaces one of the same name. */
function compileEvents(
  ofTask: readonly CustomEventDocument[] = [],
  ofStep: readonly CustomEventDocument[] = [],
): readonly CustomEvent[] {
  const events = [...ofTask, ...ofStep].map(({ name, description = '' }) => ({ name, description }));
  return [...new Map(events.map((event) => [event.name, event])).values()];
}
