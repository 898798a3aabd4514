import { isScalar, visit, type Document, type Pair, type YAMLMap } from 'yaml';
import type { TakeNote } from './import.note.js';
import type { RailsStep } from './template.parts.js';
import { drop, mapAt, pairAt, valueAt } from './yaml.map.js';

const LONGEST_TIMEOUT = 2_147_483;
const LONGEST_WAIT = 31_536_000;

/** Keys that API handlers of Rails Tasker read from the YAML, in addition to `type`. */
const READ_BY_API = ['url', 'params', 'ssl', 'headers'];

/** Moves the settings that the engine needs out of `handler_config`: the timeout and the waits between attempts. */
export function convertConfig(step: YAMLMap, document: Document, note: TakeNote, base?: RailsStep): void {
  const pair = pairAt(step, 'handler_config');
  const config = mapAt(step, 'handler_config');
  if (pair === undefined || config === undefined) return;
  convertApi(config, note);
  convertTimeout(step, config, note);
  convertBackoff(step, config, document, note, base);
  noteTexts(config, note);
  if (config.items.length === 0) drop(step, pair);
}

function convertApi(config: YAMLMap, note: TakeNote): void {
  const type = pairAt(config, 'type');
  if (type === undefined || valueAt(config, 'type') !== 'api') return;
  drop(config, type);
  note(
    'left out',
    type.key,
    'type: api. The handler class extends HttpStepHandler instead, and gets all of handler_config.',
  );
  const others = config.items.map(({ key }) => String(isScalar(key) ? key.value : key));
  const unread = others.filter(
    (key) => !READ_BY_API.includes(key) && !WAITS.includes(key) && key !== 'timeout_seconds',
  );
  for (const key of unread) {
    note(
      'differs',
      pairAt(config, key)!.key,
      `Rails Tasker did not forward "${key}" to API handlers. Here they get it in handler_config.`,
    );
  }
}

function convertTimeout(step: YAMLMap, config: YAMLMap, note: TakeNote): void {
  const timeout = pairAt(config, 'timeout_seconds');
  if (timeout === undefined) return;
  const seconds = valueAt(config, 'timeout_seconds');
  drop(config, timeout);
  if (typeof seconds !== 'number' || seconds <= 0 || seconds > LONGEST_TIMEOUT) {
    note('left out', timeout.key, `timeout_seconds: ${JSON.stringify(seconds)} is not a number of seconds.`);
    return;
  }
  if (step.has('timeout_seconds')) return;
  step.items.push(timeout);
  note('changed', timeout.key, '"timeout_seconds" of handler_config became a key of the step.');
  note(
    'differs',
    timeout.key,
    'Rails Tasker did not enforce "timeout_seconds". Here a run longer than this is a failed attempt.',
  );
}

const WAITS = ['enable_exponential_backoff', 'retry_backoff', 'retry_delay', 'jitter_factor'];
const POLICIES: Readonly<Record<string, object>> = {
  exponential: {},
  linear: { factor: 1 },
  fixed: { factor: 1 },
  constant: { factor: 1 },
  none: { base_seconds: 0, factor: 1, jitter: 0 },
};
/** The setting that `enable_exponential_backoff: true` in an overlay reverts. */
const EXPONENTIAL = { factor: 2 };

function convertBackoff(
  step: YAMLMap,
  config: YAMLMap,
  document: Document,
  note: TakeNote,
  base: RailsStep | undefined,
): void {
  const pairs = WAITS.flatMap((key) => pairAt(config, key) ?? []);
  if (pairs.length === 0) return;
  const policy = valueAt(config, 'retry_backoff');
  const delay = valueAt(config, 'retry_delay');
  const jitter = valueAt(config, 'jitter_factor');
  const isExponential = valueAt(config, 'enable_exponential_backoff');
  const known = typeof policy === 'string' ? POLICIES[policy] : undefined;
  const takesBack = isExponential === true || policy === 'exponential';
  const backoff = {
    ...known,
    ...(isExponential === false && { factor: 1 }),
    ...(takesBack && base !== undefined && isEven(base) && EXPONENTIAL),
    ...(isWithin(delay, LONGEST_WAIT) && { base_seconds: delay }),
    ...(isWithin(jitter, 1) && { jitter }),
  };
  for (const pair of pairs) {
    drop(config, pair);
    noteWait(pair, backoff, known !== undefined, note);
  }
  if (step.has('backoff') || Object.keys(backoff).length === 0) return;
  step.add(document.createPair('backoff', backoff, { flow: true }));
}

function noteWait({ key: node, value }: Pair, backoff: object, isKnown: boolean, note: TakeNote): void {
  const key = String(node);
  const isUsable =
    key === 'retry_delay' ? 'base_seconds' in backoff : key === 'jitter_factor' ? 'jitter' in backoff : true;
  if (!isUsable || (key === 'retry_backoff' && !isKnown)) {
    note('left out', node, `${key}: ${String(value)} cannot be expressed in "backoff".`);
    return;
  }
  note('changed', node, `"${key}" became "backoff" of the step; without it, waits double.`);
  if (key === 'enable_exponential_backoff') return;
  note('differs', node, `Rails Tasker did not read "${key}". Here it determines the waits.`);
}

/** Whether all waits of the base are equal. */
function isEven({ handler_config: config }: RailsStep): boolean {
  const { enable_exponential_backoff: isExponential, retry_backoff: policy } = (config ?? {}) as RailsStep;
  return isExponential === false || (typeof policy === 'string' && policy !== 'exponential');
}

function isWithin(value: unknown, most: number): value is number {
  return typeof value === 'number' && value >= 0 && value <= most;
}

/** Notes texts that are read differently here, or were never read as intended. */
function noteTexts(config: YAMLMap, note: TakeNote): void {
  visit(config, {
    Scalar: (key, scalar) => {
      if (key === 'key' || typeof scalar.value !== 'string') return;
      if (/\$\{[A-Za-z_]/.test(scalar.value)) {
        note('differs', scalar, 'Rails Tasker kept ${NAME} as it is. Here it is replaced by the environment variable.');
      }
      if (scalar.value.includes('<%')) {
        note(
          'differs',
          scalar,
          'Neither Rails Tasker nor nestjs-tasker executes ERB. Write ${NAME} or ${NAME:-default}.',
        );
      }
    },
  });
}
