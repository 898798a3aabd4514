import type { AuditHeadsOptions } from './audit-heads.options.js';
import type { BackoffPolicy } from '../workflow/backoff.js';
import type { TaskDefinition } from '../workflow/task-definition.js';
import type { AuthOption } from './auth.options.js';
import type { EventOptions } from './event.options.js';
import type { SensitiveDataOptions } from './sensitive-data.options.js';
import type { IdentityOptions } from './identity.options.js';
import type { RateLimitOptions } from './rate-limit.options.js';

/** The options of `TaskerModule`; every field is optional. The type of a group is `TaskerModuleOptions['retention']`. */
export interface TaskerModuleOptions {
  readonly database?: DatabaseOptions;
  /**
   * Whether to migrate the schema at start (`apply`), refuse to start if it is not up to date (`verify`), or not check
   * it (`off`).
   * @default 'verify'
   */
  readonly migrations?: MigrationMode;
  readonly templates?: TemplateOptions | TemplateSource[];
  readonly steps?: StepOptions;
  readonly identity?: IdentityOptions;
  readonly backPressure?: BackPressureOptions;
  readonly worker?: WorkerOptions;
  readonly retention?: RetentionOptions;
  readonly events?: EventOptions;
  readonly live?: LiveOptions;
  readonly webhooks?: WebhookOptions;
  readonly audit?: AuditOptions;
  readonly sensitiveData?: SensitiveDataOptions;
  readonly http?: HttpOptions;
  readonly cors?: CorsOptions;
  readonly rateLimits?: RateLimitOptions;
  readonly telemetry?: TelemetryOptions;
  /**
   * Who may use the API: authenticators and roles, or `'none'` if anyone who can reach it may do anything.
   * @default the authenticator and the coordinator among the providers of the application. Without them, everyone may do
   *   everything, but if `NODE_ENV` is production, the API answers only health checks.
   */
  readonly auth?: AuthOption;
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
   * How long one of the engine's short statements may take, and how long a connection may take to open or become free,
   * in milliseconds. After that, the statement is cancelled and its connection closed; the next try uses another
   * connection. Must be shorter than `worker.leaseSeconds`, or the worker loses its lease when a connection stops
   * responding.
   * @default 15_000
   */
  readonly statementTimeoutMs?: number;
  /**
   * The maximum size of one answer of the database, in bytes of JSON, when tasks, their history or deliveries are read.
   * A list ends its page early to stay below it. If a single task is larger, its largest values are left out and
   * marked. Set it higher than the size that the context and the results of a task may have.
   * @default 67_108_864 (64 MiB)
   */
  readonly maxReadBytes?: number;
}

/** The sources of templates, and their variables. */
export interface TemplateOptions {
  /** The files, folders and definitions to load templates from. @default [] */
  readonly sources?: readonly TemplateSource[];
  /**
   * The name of the overlay in `environments` that applies.
   * @default `TASKER_ENV`, else `NODE_ENV`, else 'development'
   */
  readonly environment?: string;
  /** Values for `${NAME}` in `handler_config`. @default the environment variables of the process */
  readonly variables?: Readonly<Record<string, string | undefined>>;
  /**
   * If a template changed without a new version: whether to refuse to start, or to replace it for new tasks.
   * @default 'refuse'
   */
  readonly changed?: 'refuse' | 'replace';
}

/**
 * The URL of a proxy, which may contain a user and password; `'environment'` for `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`; or
 * null for none.
 */
export type ProxyOption = string | null;

/** Defaults and limits of all steps. */
export interface StepOptions {
  /** The time limit of an attempt if the template sets none, in seconds. @default 300 */
  readonly timeoutSeconds?: number;
  /** The maximum number of attempts if the template sets none. @default 3 */
  readonly retryLimit?: number;
  /** The waits between attempts if the template sets none. @default base 1 s, factor 2, cap 300 s, jitter 0.1 */
  readonly backoff?: Partial<BackoffPolicy>;
  /** The maximum size of the results of one step, in bytes of JSON. @default 1_048_576 (1 MiB) */
  readonly maxResultBytes?: number;
  /** The proxy that HTTP steps send their requests through. @default null */
  readonly proxy?: ProxyOption;
}

/** Limits the number of unfinished tasks, in case tasks are started faster than workers finish them. */
export interface BackPressureOptions {
  /**
   * The maximum number of unfinished tasks of each namespace. Starting more is refused with
   * `TooManyUnfinishedTasksError`. Each process counts a few times a second, so several processes may exceed the limit
   * a little. Null for no limit.
   * @default null
   */
  readonly maxUnfinished?: number | null;
}

/** Whether the worker starts with the application, or when the application calls `TaskerWorker.start()`. */
export type WorkerStart = 'auto' | 'manual';

/** How this process runs steps. */
export interface WorkerOptions {
  /** Whether this process runs steps. Set it to `false` in a process that only serves the API. @default true */
  readonly enabled?: boolean;
  /**
   * Whether the worker starts after all modules, or when the application calls `TaskerWorker.start()`.
   * @default 'auto'
   */
  readonly start?: WorkerStart;
  /** The maximum number of steps that run at the same time. @default 50 */
  readonly concurrency?: number;
  /**
   * The lowest limit of concurrent steps, with which the worker begins. The limit then moves between this number and
   * `concurrency`, depending on the delay of the event loop and the wait for a connection. Null: the limit is always
   * `concurrency`.
   * @default null
   */
  readonly minConcurrency?: number | null;
  /** The queues that this process takes steps from; null for all. @default null */
  readonly queues?: readonly string[] | null;
  /** How long an idle worker waits before it polls again, in milliseconds, with a tenth of jitter. @default 1_000 */
  readonly pollIntervalMs?: number;
  /**
   * The time without a heartbeat after which a worker is declared lost, in seconds. It sends three in this time.
   * @default 30
   */
  readonly leaseSeconds?: number;
  /** How long a shutdown lets running steps finish before it aborts them, in milliseconds. @default 10_000 */
  readonly shutdownTimeoutMs?: number;
  /**
   * The maximum size of the contexts and results that one claim of steps loads, in bytes of JSON. Steps that do not fit
   * wait for the next claim; a step that needs more on its own fails for good with `CLAIM_TOO_LARGE`. Also the maximum
   * context of a new task.
   * @default 33_554_432 (32 MiB)
   */
  readonly maxClaimBytes?: number;
}

/** Removal of finished tasks. Tasks in error, which wait for a person, and those started with `retained` are never removed. */
export interface RetentionOptions {
  /** The number of days after its end at which a finished task is removed; null keeps all tasks. @default null */
  readonly afterDays?: number | null;
  /** Whether a task is written to the table `archived_tasks` before it is removed. @default false */
  readonly archive?: boolean;
  /** The number of tasks that one transaction checks. @default 500 */
  readonly batchSize?: number;
  /** The time between two sweeps, in seconds, with a tenth of jitter. @default 300 */
  readonly intervalSeconds?: number;
}

/** The audit log: who requested which operation, and with which outcome. */
export interface AuditOptions {
  /** Whether operations are noted in the audit log. @default true */
  readonly enabled?: boolean;
  /** The number of days after which the oldest entries are removed; null keeps all entries. @default null */
  readonly keepDays?: number | null;
  readonly heads?: AuditHeadsOptions;
}

/** Streams of changes. */
export interface LiveOptions {
  /**
   * The interval at which a process with listeners reads new changes from the database, in milliseconds.
   * @default 100
   */
  readonly pollIntervalMs?: number;
  /** The maximum number of listeners of one process, over HTTP, over GraphQL and in code together. @default 1_000 */
  readonly maxListeners?: number;
  /** Most listeners of one authenticated user in one process; null: a quarter of `maxListeners`. @default null */
  readonly maxListenersPerUser?: number | null;
  /**
   * Longest time until a stream or a subscription asks again whether its user may still see what it sends, in milliseconds; at
   * most 30_000. @default 30_000
   */
  readonly accessCheckIntervalMs?: number;
}

/**
 * Deliveries of changes to webhooks. Only processes whose worker is enabled send them; any process can create and
 * change webhooks.
 */
export interface WebhookOptions {
  /** Whether this process sends deliveries to webhooks. @default true */
  readonly enabled?: boolean;
  /**
   * How long the process waits after it found no changes and deliveries, in milliseconds, with a tenth of jitter.
   * @default 1_000
   */
  readonly pollIntervalMs?: number;
  /** The time that a receiver has to answer, in milliseconds. @default 10_000 */
  readonly timeoutMs?: number;
  /** The number of attempts after which a delivery is given up. @default 12 */
  readonly maxAttempts?: number;
  /** The maximum number of requests that this process sends at the same time. @default 10 */
  readonly concurrency?: number;
  /** Whether webhooks may point to addresses that are not public, such as the loopback address. @default false */
  readonly allowPrivateTargets?: boolean;
  /**
   * The proxy that requests are sent through. It resolves names, so it must refuse addresses that are not public.
   * @default null
   */
  readonly proxy?: ProxyOption;
  /** The number of days after which a successful delivery is removed. @default 7 */
  readonly keepDays?: number;
  /** The number of days after which a delivery that was given up is removed. @default 30 */
  readonly keepFailedDays?: number;
}

/** Whether this process serves the REST API, and at which path. */
export interface HttpOptions {
  /** Whether this process serves the REST API and the dashboard. @default true */
  readonly enabled?: boolean;
  /** The path of the REST API and the dashboard. @default 'tasker' */
  readonly path?: string;
}

/** The origins whose pages may call the routes below `http.path`, except for the dashboard. */
export interface CorsOptions {
  /**
   * The permitted origins, such as `https://app.example.com`; `'*'` for all. Without any, the routes send no headers of
   * CORS, so that browsers permit only pages of the same origin.
   * @default []
   */
  readonly origins?: readonly string[];
  /** Whether browsers may send cookies, and read the answers. Not with the origin `'*'`. @default false */
  readonly credentials?: boolean;
  /** How long a browser may keep the permission, in seconds. @default 600 */
  readonly maxAgeSeconds?: number;
}

/** Log lines about tasks and steps. */
export interface TelemetryOptions {
  /** Whether failures, retries, lost workers and complete tasks are logged through Nest's logger. @default true */
  readonly log?: boolean;
}
