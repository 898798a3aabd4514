import type { BackoffPolicy } from '../workflow/backoff.js';
import type { JsonObject, JsonValue } from '../workflow/json.js';
import { httpDocument, type HttpStepRequest } from './http-step.document.js';

/** The waits between attempts: those of the host's options, none, or values that replace the inherited ones. */
export type BackoffDefinition = 'exponential' | 'none' | Partial<BackoffPolicy>;

export interface CustomEventDefinition {
  /** Words separated by dots, such as `stock.reserved`. */
  readonly name: string;
  readonly description?: string;
}

/** The settings of a whole task. */
export interface TaskHead {
  readonly name: string;
  /** @default 'default' */
  readonly namespace?: string;
  /** A semantic version. @default '0.1.0' */
  readonly version?: string;
  readonly description?: string;
  /** The outside system of steps that do not name one. @default 'unknown' */
  readonly defaultDependentSystem?: string;
  /** The JSON Schema of the context. Its defaults are stored with the context. */
  readonly contextSchema?: JsonObject;
  /** The settings of steps that do not have their own. */
  readonly defaults?: StepDefaultsDefinition;
  /** Overlays by environment, in the same form as in YAML: `{ production: { step_templates: [...] } }`. */
  readonly environments?: Readonly<Record<string, JsonObject>>;
  /** If false, steps run one at a time, in the order of declaration. @default true */
  readonly concurrent?: boolean;
  /** The maximum duration of a task, from the time when it may begin. Unfinished steps then fail. @default no limit */
  readonly deadlineSeconds?: number;
  /** Custom events that every step of this task may publish. */
  readonly customEvents?: readonly CustomEventDefinition[];
  /** The values that nobody but handlers may see. @default none */
  readonly sensitiveData?: SensitiveDataDefinition;
}

/** JSON paths (RFC 9535) of sensitive values, such as `$.customer.email` or `$.items[*].serial`. */
export interface SensitiveDataDefinition {
  /** Into the context. @default [] */
  readonly context?: readonly string[];
  /** Into the results of steps, by the name of the step. @default {} */
  readonly results?: Readonly<Record<string, readonly string[]>>;
  /** Into the errors of steps, such as `$.context.response`. @default [] */
  readonly errors?: readonly string[];
  /** The value in the context that identifies the person whom a task is about. @default null */
  readonly subject?: string | null;
}

export interface LimitsDefinition {
  /** The maximum number of steps that run at the same time. */
  readonly concurrency?: number;
  /** The maximum number of steps that start within any period of `seconds`. */
  readonly rate?: { readonly count: number; readonly seconds: number };
  /** A JSON pointer into the context, such as `/tenantId`. The limits apply to each value there separately. */
  readonly key?: string;
}

export interface StepDefaultsDefinition {
  /** @default true */
  readonly retryable?: boolean;
  /** The maximum number of attempts. @default `steps.retryLimit` of the host */
  readonly retryLimit?: number;
  /** @default `steps.timeoutSeconds` of the host */
  readonly timeoutSeconds?: number;
  /** @default `steps.backoff` of the host */
  readonly backoff?: BackoffDefinition;
  /** @default 'default' */
  readonly queue?: string;
  /** Steps of higher priority run first. @default 0 */
  readonly priority?: number;
}

/** One step. Omitted settings come from the task's `defaults`, otherwise from the host's options. */
export type StepDefinition<Parents extends readonly string[] = readonly string[]> = StepSettings<Parents> &
  (HandlerWork | HttpWork);

/** The work of a step that a handler of the host does. */
export interface HandlerWork {
  /**
   * The name that is passed to `@StepHandler`.
   * @default `namespace.task.step`, the name of the handler that is tied to the step
   */
  readonly handler?: string;
  /**
   * Passed to the handler. `${NAME}` and `${NAME:-default}` are replaced in the process that runs the step.
   * @default {}
   */
  readonly handlerConfig?: JsonObject;
  readonly http?: never;
}

/** The work of a step that is one HTTP request and needs no handler class. */
export interface HttpWork {
  readonly http: HttpStepRequest;
  readonly handler?: never;
  readonly handlerConfig?: never;
}

/** The settings of a step, except for its work. */
export interface StepSettings<Parents extends readonly string[] = readonly string[]> extends StepDefaultsDefinition {
  /** The names of earlier steps that this step depends on. @default [] */
  readonly dependsOn?: Parents;
  /** @default the name of the step */
  readonly description?: string;
  readonly dependentSystem?: string;
  /** Whether requests may bypass the step, and operators may skip it. @default false */
  readonly skippable?: boolean;
  /** Whether the handler's work through `context.manager` and the outcome are one transaction. @default false */
  readonly transactional?: boolean;
  /** Limits on how many steps of this name run or start at a time, across all processes. @default no limits */
  readonly limits?: LimitsDefinition;
  /** Custom events that this step may publish. */
  readonly customEvents?: readonly CustomEventDefinition[];
}

/**
 * The head of a task with the keys of YAML. Unknown options keep their names, here and below, so that the schema
 * reports them.
 */
export function taskDocument({
  namespace,
  defaultDependentSystem,
  contextSchema,
  defaults,
  deadlineSeconds,
  customEvents,
  sensitiveData,
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
    sensitive_data: sensitiveData && defined({ ...sensitiveData }),
  });
}

/** A step with the keys of YAML. */
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
