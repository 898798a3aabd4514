import type { Authenticator } from '../workflow/access/authenticator.contract.js';
import type { AuthorizationCoordinator } from '../workflow/access/authorization-coordinator.contract.js';
import type { RoleDefinitions } from '../workflow/access/roles.js';
import type { BackoffPolicy } from '../workflow/backoff.js';
import { isUnknownField, mustBe } from '../workflow/input.wording.js';
import type { Type } from '@nestjs/common';
import type { AuthOption, OpenRoute } from './auth.options.js';
import type { AuditHeadsOptions } from './audit-heads.options.js';
import { DEFAULTS } from './default.options.js';
import type { EventOptions } from './event.options.js';
import type { IdentityStrategy } from './identity.options.js';
import { authProblems } from './auth.check.js';
import { optionProblems } from './options.check.js';
import { InvalidOptionsError } from './options.errors.js';
import { rateLimitProblems } from './rate-limit.check.js';
import type { RateLimitOptions } from './rate-limit.options.js';
import { sensitiveDataProblems } from './sensitive-data.check.js';
import type { SensitiveDataOptions } from './sensitive-data.options.js';
import type {
  MigrationMode,
  ProxyOption,
  TaskerModuleOptions,
  TemplateOptions,
  TemplateSource,
  WorkerStart,
} from './tasker.options.js';

/**
 * All options: those with a fixed default, and the others. `auth.check.ts` and `rate-limit.check.ts` know the fields of
 * their group.
 */
const KNOWN = {
  ...DEFAULTS,
  auth: null,
  rateLimits: null,
  templates: { ...DEFAULTS.templates, environment: null, variables: null },
};

/** The complete, read-only options that providers inject as `TASKER_OPTIONS`. */
export interface ResolvedOptions {
  readonly database: {
    readonly schema: string;
    readonly dataSource: string;
    readonly statementTimeoutMs: number;
    readonly maxReadBytes: number;
  };
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
    readonly proxy: ProxyOption;
  };
  readonly identity: { readonly strategy: IdentityStrategy; readonly windowSeconds: number };
  readonly backPressure: { readonly maxUnfinished: number | null };
  readonly worker: {
    readonly enabled: boolean;
    readonly start: WorkerStart;
    readonly concurrency: number;
    readonly minConcurrency: number | null;
    readonly queues: readonly string[] | null;
    readonly pollIntervalMs: number;
    readonly leaseSeconds: number;
    readonly shutdownTimeoutMs: number;
    readonly maxClaimBytes: number;
  };
  readonly retention: {
    readonly afterDays: number | null;
    readonly archive: boolean;
    readonly batchSize: number;
    readonly intervalSeconds: number;
  };
  readonly events: Required<EventOptions>;
  readonly live: {
    readonly pollIntervalMs: number;
    readonly maxListeners: number;
    readonly maxListenersPerUser: number | null;
    readonly accessCheckIntervalMs: number;
  };
  readonly webhooks: {
    readonly enabled: boolean;
    readonly pollIntervalMs: number;
    readonly timeoutMs: number;
    readonly maxAttempts: number;
    readonly concurrency: number;
    readonly allowPrivateTargets: boolean;
    readonly proxy: ProxyOption;
    readonly keepDays: number;
    readonly keepFailedDays: number;
  };
  readonly audit: {
    readonly enabled: boolean;
    readonly keepDays: number | null;
    readonly heads: Required<AuditHeadsOptions>;
  };
  readonly sensitiveData: Required<SensitiveDataOptions>;
  readonly http: { readonly enabled: boolean; readonly path: string };
  readonly cors: { readonly origins: readonly string[]; readonly credentials: boolean; readonly maxAgeSeconds: number };
  readonly rateLimits: Required<RateLimitOptions>;
  readonly telemetry: { readonly log: boolean };
  /** What was chosen; `unset` if nothing was, so that the providers of the application decide. */
  readonly auth: ResolvedAuth & { readonly choice: 'unset' | 'none' | 'given' };
}

/** The option `auth`, with its defaults. */
export interface ResolvedAuth {
  readonly authenticators: readonly (Authenticator | Type<Authenticator>)[];
  readonly coordinator: AuthorizationCoordinator | Type<AuthorizationCoordinator> | null;
  readonly roles: RoleDefinitions;
  readonly defaultRoles: readonly string[];
  readonly open: readonly OpenRoute[];
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
      environment: process.env.TASKER_ENV || process.env.NODE_ENV || 'development',
      variables: process.env,
      ...defined(templateOptions(options.templates)),
    },
    steps: {
      ...DEFAULTS.steps,
      ...defined(options.steps),
      backoff: { ...DEFAULTS.steps.backoff, ...defined(options.steps?.backoff) },
    },
    identity: { ...DEFAULTS.identity, ...defined(options.identity) },
    backPressure: { ...DEFAULTS.backPressure, ...defined(options.backPressure) },
    worker: { ...DEFAULTS.worker, ...defined(options.worker) },
    retention: { ...DEFAULTS.retention, ...defined(options.retention) },
    events: { ...DEFAULTS.events, ...defined(options.events) },
    live: { ...DEFAULTS.live, ...defined(options.live) },
    webhooks: { ...DEFAULTS.webhooks, ...defined(options.webhooks) },
    audit: {
      ...DEFAULTS.audit,
      ...defined(options.audit),
      heads: { ...DEFAULTS.audit.heads, ...defined(options.audit?.heads) },
    },
    sensitiveData: { ...DEFAULTS.sensitiveData, ...defined(options.sensitiveData) },
    http: { ...DEFAULTS.http, ...defined(options.http) },
    cors: { ...DEFAULTS.cors, ...defined(options.cors) },
    rateLimits: { ...DEFAULTS.rateLimits, ...(isGroup(options.rateLimits) && defined(options.rateLimits)) },
    telemetry: { ...DEFAULTS.telemetry, ...defined(options.telemetry) },
    auth: resolveAuth(options.auth),
  };
  const problems = [
    ...misplacedOptions(options, KNOWN),
    ...optionProblems(resolved),
    ...rateLimitProblems(options.rateLimits),
    ...sensitiveDataProblems(resolved.sensitiveData),
    ...authProblems(options.auth),
  ];
  if (problems.length > 0) throw new InvalidOptionsError(problems);
  return resolved;
}

function resolveAuth(auth: AuthOption | undefined): ResolvedOptions['auth'] {
  const choice = auth === undefined ? 'unset' : auth === 'none' ? 'none' : 'given';
  return { choice, ...DEFAULTS.auth, ...(isGroup(auth) && defined(auth)) };
}

/** `templates: ['folder']` is short for `templates: { sources: ['folder'] }`. */
function templateOptions(templates: TaskerModuleOptions['templates']): TemplateOptions | undefined {
  return Array.isArray(templates) ? { sources: templates } : templates;
}

/**
 * Finds unknown options, such as misspelt ones: the compiler does not check the options of a factory or of JavaScript.
 */
function misplacedOptions(given: object, known: object, prefix = ''): string[] {
  return Object.entries(given).flatMap(([key, value]: [string, unknown]) => {
    if (!Object.hasOwn(known, key)) return [`${prefix}${key} ${isUnknownField(key, Object.keys(known), 'option')}`];
    const group = (known as Readonly<Record<string, unknown>>)[key];
    if (!isGroup(group) || value === undefined || (key === 'templates' && Array.isArray(value))) return [];
    if (!isGroup(value)) return [`${prefix}${key} ${mustBe('an object')}, got ${JSON.stringify(value)}`];
    return misplacedOptions(value, group, `${prefix}${key}.`);
  });
}

function isGroup(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Leaves out fields that are undefined, on purpose or through an optional variable, so that their default applies. */
function defined<T extends object>(group: T | undefined): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(group ?? {}).filter(([, value]) => value !== undefined)) as never;
}
