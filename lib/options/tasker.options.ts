import type { BackoffPolicy } from '../workflow/backoff.js';
import type { TaskDefinition } from '../workflow/task-definition.js';
import type { IdentityOptions } from './identity.options.js';

/** The options of `TaskerModule`; every field is optional. */
export interface TaskerModuleOptions {
  readonly database?: DatabaseOptions;
  /**
   * What to do about the schema at start: bring it up to date, refuse to start when it is not, or look away.
   * @default 'verify'
   */
  readonly migrations?: MigrationMode;
  readonly templates?: TemplateOptions | TemplateSource[];
  readonly steps?: StepOptions;
  readonly identity?: IdentityOptions;
  readonly backPressure?: BackPressureOptions;
  readonly worker?: WorkerOptions;
  readonly retention?: RetentionOptions;
  readonly live?: LiveOptions;
  readonly webhooks?: WebhookOptions;
  readonly http?: HttpOptions;
  readonly telemetry?: TelemetryOptions;
}

/** Whether migrations are applied at start, only verified, or neither. */
export type MigrationMode = 'apply' | 'verify' | 'off';

/** A folder of YAML files (searched with its subfolders), one YAML file, or what `defineTask` returned. */
export type TemplateSource = string | TaskDefinition;

/** The schema and data source of the tables, and the limits of statements and answers. */
export interface DatabaseOptions {
  /** Schema of all tables and functions. @default 'tasker' */
  readonly schema?: string;
  /** Name of the TypeORM data source. @default 'default' */
  readonly dataSource?: string;
  /**
   * How long the database may take for one of the engine's short statements, and a connection to open or to come free, in
   * milliseconds. The statement is then cancelled, its connection closed, and the next try gets another. Shorter than
   * `worker.leaseSeconds`, or a connection that falls silent costs the worker its lease. @default 15_000
   */
  readonly statementTimeoutMs?: number;
  /**
   * Most bytes, as JSON text, that one answer of the database brings when tasks, their history or deliveries are read. A list then
   * ends its page early; of what is too large alone, the largest values are left out, and marked. Larger than the context and
   * the results of a task should be.
   * @default 67_108_864 (64 MiB)
   */
  readonly maxReadBytes?: number;
}

/** The sources of templates, and their variables. */
export interface TemplateOptions {
  /** Where templates come from. @default [] */
  readonly sources?: readonly TemplateSource[];
  /** Which overlay of `environments` applies. @default `TASKER_ENV`, else `NODE_ENV`, else 'development' */
  readonly environment?: string;
  /** Values for `${NAME}` in `handler_config`. @default the environment variables of the process */
  readonly variables?: Readonly<Record<string, string | undefined>>;
  /** A template that changed without a new version: refuse to start, or replace it for new tasks. @default 'refuse' */
  readonly changed?: 'refuse' | 'replace';
}

/**
 * The URL of a proxy, which may contain a user and password; `'environment'` for `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`; or
 * null for none.
 */
export type ProxyOption = string | null;

/** Defaults and limits of all steps. */
export interface StepOptions {
  /** Limit of a step's run when its template sets none, in seconds. @default 300 */
  readonly timeoutSeconds?: number;
  /** Attempts in all when the template sets none. @default 3 */
  readonly retryLimit?: number;
  /** Waits between attempts when the template sets none. @default base 1 s, factor 2, cap 300 s, jitter 0.1 */
  readonly backoff?: Partial<BackoffPolicy>;
  /** Largest results of one step as JSON text, in bytes. @default 1_048_576 (1 MiB) */
  readonly maxResultBytes?: number;
  /** Through what HTTP steps send their requests. @default null */
  readonly proxy?: ProxyOption;
}

/** Limits how many tasks can be waiting when tasks are started faster than workers finish them. */
export interface BackPressureOptions {
  /**
   * How many unfinished tasks each namespace may have; starting more is refused with `TooManyUnfinishedTasksError`. Each process
   * counts a few times a second, so several may together start a little more. Null: no limit. @default null
   */
  readonly maxUnfinished?: number | null;
}

/** Whether the worker starts with the application, or when the host calls `TaskerWorker.start()`. */
export type WorkerStart = 'auto' | 'manual';

/** How this process runs steps. */
export interface WorkerOptions {
  /** Whether this process runs steps at all; `false` for a process that only serves the API. @default true */
  readonly enabled?: boolean;
  /** Whether it begins when every module of the host is up, or when the host calls `TaskerWorker.start()`. @default 'auto' */
  readonly start?: WorkerStart;
  /** Steps at the same time. @default 50 */
  readonly concurrency?: number;
  /**
   * Where the number of steps at the same time begins, and goes back to under load: it then moves between this and
   * `concurrency` by the delay of the event loop and the wait for a connection. Null: always `concurrency`. @default null
   */
  readonly minConcurrency?: number | null;
  /** Queues served; null serves all. @default null */
  readonly queues?: readonly string[] | null;
  /** Longest sleep of an idle worker before it looks again, in milliseconds; jittered by a tenth. @default 1_000 */
  readonly pollIntervalMs?: number;
  /** A worker silent for this long is declared lost, in seconds; it beats three times as often. @default 30 */
  readonly leaseSeconds?: number;
  /** How long a graceful shutdown lets steps finish before it aborts them, in milliseconds. @default 10_000 */
  readonly shutdownTimeoutMs?: number;
  /**
   * Most bytes of contexts and results, as JSON text, that come with one claim of steps. Steps that do not fit are left for the
   * next; a step that alone needs more fails for good with `CLAIM_TOO_LARGE`. Also the largest context of a new task.
   * @default 33_554_432 (32 MiB)
   */
  readonly maxClaimBytes?: number;
}

/** Removal of finished tasks. Tasks in error, which wait for a person, and those started with `retained` are never removed. */
export interface RetentionOptions {
  /** Days after which a finished task is removed, from its end; null keeps all. @default null */
  readonly afterDays?: number | null;
  /** Whether a task is written to the table `archived_tasks` first. @default false */
  readonly archive?: boolean;
  /** Tasks looked at in one transaction. @default 500 */
  readonly batchSize?: number;
  /** Time between two sweeps, in seconds; jittered by a tenth. @default 300 */
  readonly intervalSeconds?: number;
}

/** Following changes as they happen. */
export interface LiveOptions {
  /** How often a process in which somebody listens asks the database for changes, in milliseconds. @default 100 */
  readonly pollIntervalMs?: number;
  /** Most listeners of one process at a time, over HTTP, GraphQL and in code together. @default 1_000 */
  readonly maxListeners?: number;
}

/**
 * Sending changes to other systems. Only processes whose worker is enabled do; any process keeps the list of whom to tell.
 */
export interface WebhookOptions {
  /** Whether this process tells webhooks at all. @default true */
  readonly enabled?: boolean;
  /** How often it looks for changes and deliveries when there were none, in milliseconds; jittered by a tenth. @default 1_000 */
  readonly pollIntervalMs?: number;
  /** How long a receiver may take to answer, in milliseconds. @default 10_000 */
  readonly timeoutMs?: number;
  /** Attempts in all before a delivery is given up. @default 12 */
  readonly maxAttempts?: number;
  /** Requests of this process at the same time. @default 10 */
  readonly concurrency?: number;
  /** Whether a webhook may lead to an address that is not public, such as the loopback. @default false */
  readonly allowPrivateTargets?: boolean;
  /** Through what requests are sent. It finds the addresses of names, so it has to refuse those that are not public. @default null */
  readonly proxy?: ProxyOption;
  /** Days after which a delivery that was made is removed. @default 7 */
  readonly keepDays?: number;
  /** Days after which one that was given up is removed. @default 30 */
  readonly keepFailedDays?: number;
}

/** Whether the REST API is served, and at which path. */
export interface HttpOptions {
  /** Whether the REST controllers and the dashboard answer. @default true */
  readonly enabled?: boolean;
  /** Mount path of REST and dashboard. @default 'tasker' */
  readonly path?: string;
}

/** Log lines about tasks and steps. */
export interface TelemetryOptions {
  /** Log lines about failures, retries, lost workers and finished tasks through Nest's logger. @default true */
  readonly log?: boolean;
}
