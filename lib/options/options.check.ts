import { createPrivateKey, KeyObject } from 'node:crypto';
import { mustBe, MUST_BE_BOOLEAN, mustBeBetween, mustBeListOf, mustBeOneOf } from '../workflow/input.wording.js';
import { LONGEST_TIMER_MS } from '../workflow/timer.limit.js';
import type { ResolvedOptions } from './resolve.options.js';

/** The longest wait that a template may set, too. */
const A_YEAR_SECONDS = 31_536_000;
/** The largest value of PostgreSQL's type `integer`. */
const LARGEST_INTEGER = 2_147_483_647;
/** A century. */
const MOST_RETENTION_DAYS = 36_500;
/** The longest string that PostgreSQL stores in a `jsonb`. */
const LARGEST_JSONB_BYTES = 268_435_455;

/** The longest time that a browser keeps a permission of CORS. */
const A_DAY_SECONDS = 86_400;

/** How long somebody may listen on after a permission was withdrawn. */
const LONGEST_ACCESS_CHECK_MS = 30_000;

const OR_NULL = ', or null';
const UP_TO_CONCURRENCY = ' (worker.concurrency), or null';

/** The problems of the options, each with its path. Types are checked too, because options may come from JavaScript. */
export function optionProblems(options: ResolvedOptions): string[] {
  const {
    database,
    migrations,
    templates,
    steps,
    identity,
    backPressure,
    worker,
    retention,
    events,
    live,
    webhooks,
    audit,
    http,
    cors,
    telemetry,
  } = options;
  const { backoff } = steps;
  const { heads } = audit;
  const checks: (string | false)[] = [
    !isLike(database.schema, /^[a-z_][a-z0-9_]{0,62}$/) &&
      `database.schema must be a plain identifier (a-z, 0-9, _), got "${database.schema}"`,
    text('database.dataSource', database.dataSource),
    wholeBetween('database.statementTimeoutMs', database.statementTimeoutMs, 100, LONGEST_TIMER_MS),
    wholeBetween('database.maxReadBytes', database.maxReadBytes, 4_096, LARGEST_JSONB_BYTES),
    oneOf('migrations', migrations, ['apply', 'verify', 'off']),
    !Array.isArray(templates.sources) && `templates.sources ${mustBe('a list')}, got ${kindOf(templates.sources)}`,
    text('templates.environment', templates.environment),
    (typeof (templates.variables as unknown) !== 'object' || (templates.variables as unknown) === null) &&
      `templates.variables ${mustBe('an object')}, got ${kindOf(templates.variables)}`,
    oneOf('templates.changed', templates.changed, ['refuse', 'replace']),
    between('steps.timeoutSeconds', steps.timeoutSeconds, 0.001, LONGEST_TIMER_MS / 1_000),
    wholeBetween('steps.retryLimit', steps.retryLimit, 1, 32_767),
    between('steps.backoff.baseSeconds', backoff.baseSeconds, 0, A_YEAR_SECONDS),
    between('steps.backoff.factor', backoff.factor, 1, 1_000),
    between('steps.backoff.maxSeconds', backoff.maxSeconds, 0, A_YEAR_SECONDS),
    between('steps.backoff.jitter', backoff.jitter, 0, 1),
    wholeBetween('steps.maxResultBytes', steps.maxResultBytes, 1, LARGEST_JSONB_BYTES),
    proxy('steps.proxy', steps.proxy),
    !['default', 'hash'].includes(identity.strategy as string) &&
      typeof identity.strategy !== 'function' &&
      `identity.strategy ${mustBeOneOf(['default', 'hash', 'a class'])}, got ${JSON.stringify(identity.strategy)}`,
    between('identity.windowSeconds', identity.windowSeconds, 1, A_YEAR_SECONDS),
    backPressure.maxUnfinished !== null &&
      wholeBetween('backPressure.maxUnfinished', backPressure.maxUnfinished, 1, LARGEST_INTEGER, OR_NULL),
    yesOrNo('worker.enabled', worker.enabled),
    oneOf('worker.start', worker.start, ['auto', 'manual']),
    wholeBetween('worker.concurrency', worker.concurrency, 1, LARGEST_INTEGER),
    worker.minConcurrency !== null &&
      wholeBetween('worker.minConcurrency', worker.minConcurrency, 1, worker.concurrency, UP_TO_CONCURRENCY),
    !areQueues(worker.queues) &&
      `worker.queues ${mustBeListOf('queue names (a-z, 0-9, _ . -)')}${OR_NULL}, got ${JSON.stringify(worker.queues)}`,
    wholeBetween('worker.pollIntervalMs', worker.pollIntervalMs, 10, LONGEST_TIMER_MS / 2),
    between('worker.leaseSeconds', worker.leaseSeconds, 0.5, LONGEST_TIMER_MS / 1_000),
    wholeBetween('worker.shutdownTimeoutMs', worker.shutdownTimeoutMs, 0, LONGEST_TIMER_MS),
    wholeBetween('worker.maxClaimBytes', worker.maxClaimBytes, 1_024, LARGEST_JSONB_BYTES),
    retention.afterDays !== null &&
      between('retention.afterDays', retention.afterDays, 0, MOST_RETENTION_DAYS, OR_NULL),
    yesOrNo('retention.archive', retention.archive),
    wholeBetween('retention.batchSize', retention.batchSize, 1, 10_000),
    between('retention.intervalSeconds', retention.intervalSeconds, 1, LONGEST_TIMER_MS / 2_000),
    events.emitter !== null &&
      !['function', 'string', 'symbol'].includes(typeof events.emitter) &&
      `events.emitter ${mustBe('a class or another injection token')}, or null, got ${JSON.stringify(events.emitter)}`,
    !isLike(events.prefix, /^[\w.:-]{0,64}$/) &&
      `events.prefix ${mustBe('a text of letters, digits and _ . : -')}, got ${JSON.stringify(events.prefix)}`,
    wholeBetween('live.pollIntervalMs', live.pollIntervalMs, 10, LONGEST_TIMER_MS),
    wholeBetween('live.maxListeners', live.maxListeners, 1, LARGEST_INTEGER),
    live.maxListenersPerUser !== null &&
      wholeBetween('live.maxListenersPerUser', live.maxListenersPerUser, 1, LARGEST_INTEGER, OR_NULL),
    wholeBetween('live.accessCheckIntervalMs', live.accessCheckIntervalMs, 10, LONGEST_ACCESS_CHECK_MS),
    yesOrNo('webhooks.enabled', webhooks.enabled),
    wholeBetween('webhooks.pollIntervalMs', webhooks.pollIntervalMs, 10, LONGEST_TIMER_MS / 2),
    wholeBetween('webhooks.timeoutMs', webhooks.timeoutMs, 1, LONGEST_TIMER_MS),
    wholeBetween('webhooks.maxAttempts', webhooks.maxAttempts, 1, 32_767),
    wholeBetween('webhooks.concurrency', webhooks.concurrency, 1, 1_000),
    yesOrNo('webhooks.allowPrivateTargets', webhooks.allowPrivateTargets),
    proxy('webhooks.proxy', webhooks.proxy),
    between('webhooks.keepDays', webhooks.keepDays, 0, MOST_RETENTION_DAYS),
    between('webhooks.keepFailedDays', webhooks.keepFailedDays, 0, MOST_RETENTION_DAYS),
    yesOrNo('audit.enabled', audit.enabled),
    between('audit.heads.everySeconds', heads.everySeconds, 1, LONGEST_TIMER_MS / 1_000),
    yesOrNo('audit.heads.log', heads.log),
    heads.file !== null && text('audit.heads.file', heads.file),
    heads.publish !== null &&
      typeof heads.publish !== 'function' &&
      `audit.heads.publish ${mustBe('a function')}, or null`,
    heads.signingKey !== null &&
      !isSigningKey(heads.signingKey) &&
      `audit.heads.signingKey ${mustBe('a private Ed25519 key, in PEM or as KeyObject')}, or null`,
    audit.keepDays !== null && between('audit.keepDays', audit.keepDays, 1, MOST_RETENTION_DAYS, OR_NULL),
    yesOrNo('http.enabled', http.enabled),
    !isLike(http.path, /^[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+)*$/) &&
      `http.path must be a path without leading or trailing slash, got "${http.path}"`,
    !areOrigins(cors.origins) &&
      `cors.origins ${mustBeListOf('origins such as "https://app.example.com", or "*"')}, got ${JSON.stringify(cors.origins)}`,
    yesOrNo('cors.credentials', cors.credentials),
    cors.credentials &&
      areOrigins(cors.origins) &&
      cors.origins.includes('*') &&
      'cors.credentials must be false, because cors.origins contains "*"; list the origins that may send credentials',
    wholeBetween('cors.maxAgeSeconds', cors.maxAgeSeconds, 0, A_DAY_SECONDS),
    yesOrNo('telemetry.log', telemetry.log),
  ];
  return checks.filter((problem) => problem !== false);
}

/** Without the check of the type, a number or `true` would be tested as its text. */
function isLike(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value);
}

function text(path: string, value: unknown): string | false {
  return (
    !(typeof value === 'string' && value !== '') &&
    `${path} ${mustBe('a string')}, not empty, got ${JSON.stringify(value)}`
  );
}

function oneOf(path: string, value: unknown, allowed: readonly string[]): string | false {
  return !allowed.includes(value as string) && `${path} ${mustBeOneOf(allowed)}, got ${JSON.stringify(value)}`;
}

/** The message does not quote the value, because it may contain a password. */
function proxy(path: string, value: unknown): string | false {
  if (value === null || value === 'environment') return false;
  const isUrl = typeof value === 'string' && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
  return !isUrl && `${path} must be null, 'environment' or the URL of a proxy (http:// or https://)`;
}

function isSigningKey(given: unknown): boolean {
  try {
    const key = given instanceof KeyObject ? given : createPrivateKey(given as string);
    return key.type === 'private' && key.asymmetricKeyType === 'ed25519';
  } catch {
    return false;
  }
}

/** Refuses strings: the text "false" of an environment variable would count as true. */
function yesOrNo(path: string, value: unknown): string | false {
  return typeof value !== 'boolean' && `${path} ${MUST_BE_BOOLEAN}, got ${JSON.stringify(value)}`;
}

/** @param alternative the end of the message, such as ` or null` */
function between(path: string, value: number, least: number, most: number, alternative = ''): string | false {
  return (
    !isBetween(value, least, most) &&
    `${path} ${mustBeBetween(least, most, 'a number')}${alternative}, got ${JSON.stringify(value)}`
  );
}

/** Like `between`, for whole numbers. */
export function wholeBetween(
  path: string,
  value: number,
  least: number,
  most: number,
  alternative = '',
): string | false {
  return (
    !isWholeBetween(value, least, most) &&
    `${path} ${mustBeBetween(least, most, 'a whole number')}${alternative}, got ${JSON.stringify(value)}`
  );
}

function isBetween(value: number, least: number, most: number): boolean {
  return typeof value === 'number' && value >= least && value <= most;
}

function isWholeBetween(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

function areQueues(queues: unknown): boolean {
  if (queues === null) return true;
  return Array.isArray(queues) && queues.length > 0 && queues.every((name) => /^[a-z0-9_.-]{1,64}$/.test(String(name)));
}

/** As browsers write origins: other texts would never match, such as one with a slash at the end. */
function areOrigins(origins: unknown): boolean {
  const isOrigin = (text: string): boolean => text === '*' || (URL.canParse(text) && new URL(text).origin === text);
  return Array.isArray(origins) && origins.every((each) => typeof each === 'string' && isOrigin(each));
}

function kindOf(value: unknown): string {
  return value === null ? 'null' : typeof value;
}
