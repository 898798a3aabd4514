import type { BackoffPolicy } from '../workflow/backoff.js';
import type { JsonObject, JsonValue } from '../workflow/json.js';
import { httpDocument, type HttpStepRequest } from './http-step.document.js';

/** A wait policy: the host's, no wait at all, or values of one's own over those inherited. */
export type BackoffDefinition = 'exponential' | 'none' | Partial<BackoffPolicy>;

export interface CustomEventDefinition {
  /** Words with dots between, such as `stock.reserved`. */
  readonly name: string;
  readonly description?: string;
}

/** The settings of a whole task. */
export interface TaskHead {
  readonly name: string;
  /** @default 'default' */
  readonly namespace?: string;
  /** Semantic version. @default '0.1.0' */
  readonly version?: string;
  readonly description?: string;
  /** The outside system of steps that name none. @default 'unknown' */
  readonly defaultDependentSystem?: string;
  /** JSON Schema of the context; its defaults are stored with the context. */
  readonly contextSchema?: JsonObject;
  /** What holds for steps that do not say otherwise. */
  readonly defaults?: StepDefaultsDefinition;
  /** Overlays by environment, in the form that YAML has: `{ production: { step_templates: [...] } }`. */
  readonly environments?: Readonly<Record<string, JsonObject>>;
  /** False: one step at a time, in the order of declaration. @default true */
  readonly concurrent?: boolean;
  /** How long a task may take, from when it may begin; what is unfinished then fails. @default any time */
  readonly deadlineSeconds?: number;
  /** Names of events of your own, for every step of this task. */
  readonly customEvents?: readonly CustomEventDefinition[];
}

export interface LimitsDefinition {
  /** How many run at the same time. */
  readonly concurrency?: number;
  /** How many start within any span of so many seconds. */
  readonly rate?: { readonly count: number; readonly seconds: number };
  /** JSON pointer into the context, such as `/tenantId`: each value there has a limit of its own. */
  readonly key?: string;
}

export interface StepDefaultsDefinition {
  /** @default true */
  readonly retryable?: boolean;
  /** Attempts in all. @default `steps.retryLimit` of the host */
  readonly retryLimit?: number;
  /** @default `steps.timeoutSeconds` of the host */
  readonly timeoutSeconds?: number;
  /** @default `steps.backoff` of the host */
  readonly backoff?: BackoffDefinition;
  /** @default 'default' */
  readonly queue?: string;
  /** Higher runs first. @default 0 */
  readonly priority?: number;
}

/** One step. What is left out comes from the task's `defaults`, then from the host's options. */
export type StepDefinition<Parents extends readonly string[] = readonly string[]> = StepSettings<Parents> &
  (HandlerWork | HttpWork);

/** The work of a step that a handler of the host's does. */
export interface HandlerWork {
  /** The name given to `@StepHandler`. @default `namespace.task.step`, the name of the handler that is tied to the step */
  readonly handler?: string;
  /** Handed to the handler; `${NAME}` and `${NAME:-default}` are replaced where the step runs. @default {} */
  readonly handlerConfig?: JsonObject;
  readonly http?: never;
}

/** The work of a step that is one HTTP request and needs no class. */
export interface HttpWork {
  readonly http: HttpStepRequest;
  readonly handler?: never;
  readonly handlerConfig?: never;
}

/** The settings of a step, apart from the work it does. */
export interface StepSettings<Parents extends readonly string[] = readonly string[]> extends StepDefaultsDefinition {
  /** Earlier steps that must be done first. @default [] */
  readonly dependsOn?: Parents;
  /** @default the name of the step */
  readonly description?: string;
  readonly dependentSystem?: string;
  /** Whether a request may bypass the step, and a person skip it. @default false */
  readonly skippable?: boolean;
  /** The handler's work through `context.manager` and the outcome are one transaction. @default false */
  readonly transactional?: boolean;
  /** How many steps of this name run or start at a time, over all processes. @default any number */
  readonly limits?: LimitsDefinition;
  /** Names of events of your own, for this step. */
  readonly customEvents?: readonly CustomEventDefinition[];
}

/** The head of a task in the words of YAML. Unknown options keep their names, here and below: the schema then reports them. */
export function taskDocument({
  namespace,
  defaultDependentSystem,
  contextSchema,
  defaults,
  deadlineSeconds,
  customEvents,
  ...head
}: TaskHead): JsonObject {
  return defined({
    ...head,
    context: undefined, // carries a type only
    namespace_name: namespace,
    default_dependent_system: defaultDependentSystem,
    schema: contextSchema,
    defaults: defaults && defaultsDocument(defaults),
    deadline_seconds: deadlineSeconds,
    custom_events: customEvents?.map((event) => defined({ ...event })),
  });
}

/** A step in the words of YAML. */
export function stepDocument(
  name: string,
  {
    handler,
    http,
    dependsOn,
    dependentSystem,
    retryable,
    retryLimit,
    handlerConfig,
    timeoutSeconds,
    backoff,
    limits,
    customEvents,
    ...step
  }: StepDefinition,
): JsonObject {
  return defined({
    ...step,
    returns: undefined, // carries a type only
    name,
    handler,
    http: http && httpDocument(http),
    depends_on: dependsOn,
    dependent_system: dependentSystem,
    retryable,
    retry_limit: retryLimit,
    handler_config: handlerConfig,
    timeout_seconds: timeoutSeconds,
    backoff: backoffDocument(backoff),
    limits: limits && defined({ ...limits }),
    custom_events: customEvents?.map((event) => defined({ ...event })),
  });
}

function defaultsDocument({ retryLimit, timeoutSeconds, backoff, ...defaults }: StepDefaultsDefinition): JsonObject {
  return defined({
    ...defaults,
    retry_limit: retryLimit,
    timeout_seconds: timeoutSeconds,
    backoff: backoffDocument(backoff),
  });
}

function backoffDocument(backoff: BackoffDefinition | undefined): JsonValue | undefined {
  if (typeof backoff !== 'object') return backoff;
  const { baseSeconds, maxSeconds, ...values } = backoff;
  return defined({ ...values, base_seconds: baseSeconds, max_seconds: maxSeconds });
}

function defined(values: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as JsonObject;
}
