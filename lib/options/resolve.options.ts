import type { BackoffPolicy } from '../workflow/backoff.js';
import { DEFAULTS } from './default.options.js';
import { InvalidOptionsError } from './options.errors.js';
import type { MigrationMode, TaskerModuleOptions, TemplateOptions, TemplateSource } from './tasker.options.js';

/** The complete, read-only options that providers inject as `TASKER_OPTIONS`. */
export interface ResolvedOptions {
  readonly database: { readonly schema: string; readonly dataSource: string };
  readonly migrations: MigrationMode;
  readonly templates: {
    readonly sources: readonly TemplateSource[];
    readonly environment: string;
    readonly variables: Readonly<Record<string, string | undefined>>;
    readonly changed: 'refuse' | 'replace';
  };
  readonly steps: {
    readonly timeoutSeconds: number;
    readonly retryLimit: number;
    readonly backoff: BackoffPolicy;
    readonly maxResultBytes: number;
  };
  readonly worker: {
    readonly enabled: boolean;
    readonly concurrency: number;
    readonly queues: readonly string[] | null;
    readonly pollIntervalMs: number;
    readonly leaseSeconds: number;
    readonly shutdownTimeoutMs: number;
  };
  readonly http: { readonly enabled: boolean; readonly path: string };
  readonly telemetry: { readonly log: boolean };
}

/**
 * Fills in the defaults and checks the result.
 * @throws InvalidOptionsError with every problem, each by its path
 */
export function resolveOptions(options: TaskerModuleOptions): ResolvedOptions {
  const resolved: ResolvedOptions = {
    database: { ...DEFAULTS.database, ...defined(options.database) },
    migrations: options.migrations ?? DEFAULTS.migrations,
    templates: {
      ...DEFAULTS.templates,
      environment: process.env.TASKER_ENV ?? process.env.NODE_ENV ?? 'development',
      variables: process.env,
      ...defined(templateOptions(options.templates)),
    },
    steps: {
      ...DEFAULTS.steps,
      ...defined(options.steps),
      backoff: { ...DEFAULTS.steps.backoff, ...defined(options.steps?.backoff) },
    },
    worker: { ...DEFAULTS.worker, ...defined(options.worker) },
    http: { ...DEFAULTS.http, ...defined(options.http) },
    telemetry: { ...DEFAULTS.telemetry, ...defined(options.telemetry) },
  };
  const problems = problemsOf(resolved);
  if (problems.length > 0) throw new InvalidOptionsError(problems);
  return resolved;
}

/** `templates: ['folder']` is short for `templates: { sources: ['folder'] }`. */
function templateOptions(templates: TaskerModuleOptions['templates']): TemplateOptions | undefined {
  return Array.isArray(templates) ? { sources: templates } : templates;
}

/** Leaves out what was set to undefined on purpose or through an optional variable, so that the default stands. */
function defined<T extends object>(group: T | undefined): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(group ?? {}).filter(([, value]) => value !== undefined)) as never;
}

function problemsOf({ database, migrations, templates, steps, worker, http }: ResolvedOptions): string[] {
  const { backoff } = steps;
  const checks: (string | false)[] = [
    !/^[a-z_][a-z0-9_]{0,62}$/.test(database.schema) &&
      `database.schema must be a plain identifier (a-z, 0-9, _), got "${database.schema}"`,
    !['apply', 'verify', 'off'].includes(migrations) &&
      `migrations must be 'apply', 'verify' or 'off', got "${migrations}"`,
    !['refuse', 'replace'].includes(templates.changed) &&
      `templates.changed must be 'refuse' or 'replace', got "${templates.changed}"`,
    atLeast('steps.timeoutSeconds', steps.timeoutSeconds, 0.001),
    wholeAtLeast('steps.retryLimit', steps.retryLimit, 1),
    wholeAtLeast('steps.maxResultBytes', steps.maxResultBytes, 1),
    atLeast('steps.backoff.baseSeconds', backoff.baseSeconds, 0),
    atLeast('steps.backoff.factor', backoff.factor, 1),
    atLeast('steps.backoff.maxSeconds', backoff.maxSeconds, 0),
    !(backoff.jitter >= 0 && backoff.jitter <= 1) && `steps.backoff.jitter must be from 0 to 1, got ${backoff.jitter}`,
    wholeAtLeast('worker.concurrency', worker.concurrency, 1),
    worker.queues !== null &&
      (worker.queues.length === 0 || worker.queues.some((queue) => !/^[a-z0-9_.-]{1,64}$/.test(queue))) &&
      `worker.queues must be null or a list of queue names (a-z, 0-9, _ . -), got [${worker.queues.join(', ')}]`,
    wholeAtLeast('worker.pollIntervalMs', worker.pollIntervalMs, 10),
    atLeast('worker.leaseSeconds', worker.leaseSeconds, 0.5),
    wholeAtLeast('worker.shutdownTimeoutMs', worker.shutdownTimeoutMs, 0),
    !/^[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+)*$/.test(http.path) &&
      `http.path must be a path without leading or trailing slash, got "${http.path}"`,
  ];
  return checks.filter((problem) => problem !== false);
}

function atLeast(path: string, value: number, least: number): string | false {
  return !(Number.isFinite(value) && value >= least) && `${path} must be at least ${least}, got ${value}`;
}

function wholeAtLeast(path: string, value: number, least: number): string | false {
  return (
    !(Number.isInteger(value) && value >= least) && `${path} must be a whole number, at least ${least}, got ${value}`
  );
}
