import {
  aChain,
  aTemplate,
  independent,
  ONE_STEP,
  type TemplateSettings,
  type TestTemplate,
} from '../../support/factories.js';
import type { GraphNode } from '../../../lib/workflow/graph.js';
import type { JsonObject } from '../../../lib/workflow/json.js';
import { SHAPES } from '../../support/shapes.js';

/** How a task of a template ends when nobody interferes. */
export type ExpectedEnd = 'complete' | 'error' | 'complete or error';

export interface StormTemplate extends TestTemplate {
  readonly end: ExpectedEnd;
}

/** The budget of one claim. Two large contexts do not fit into it, so claims are cut all the time. */
export const CLAIM_BYTES = 6_000;
export const LARGE_CONTEXT_BYTES = 3_000;

/** Steps that leave a row in `effects`. */
export const EFFECT_STEPS = ['reserve', 'charge', 'ship'] as const;

/** A step may be lost, or find no database, as often as something is broken. */
const PATIENT = 1_000;
const BACKOFF = { baseSeconds: 0.1, factor: 2, maxSeconds: 1, jitter: 0.2 };

const FAN = [
  { name: 'split', dependsOn: [] },
  ...independent('a', 'b', 'c', 'd', 'e', 'f').map(({ name }) => ({ name, dependsOn: ['split'] })),
  { name: 'join', dependsOn: ['a', 'b', 'c', 'd', 'e', 'f'] },
];

/** So long that there is always something in the middle of which a worker is struck. */
const WORK_MS = 200;

/** What the tasks of a storm are of, by the names of the templates. */
export const STORM_TEMPLATES = {
  brief: ends('complete', 'brief', SHAPES.linear, { workMs: 10 }),
  linear: ends('complete', 'linear', SHAPES.linear),
  diamond: ends('complete', 'diamond', SHAPES.diamond, { namespace: 'beta', queue: 'slow' }),
  fan: ends('complete', 'fan', FAN, { namespace: 'gamma', steps: { e: { priority: 5 }, join: { queue: 'mail' } } }),
  urgent: ends('complete', 'urgent', ONE_STEP, { steps: { only: { priority: 9 } } }),
  payment: ends('complete', 'payment', aChain(...EFFECT_STEPS), {
    namespace: 'beta',
    steps: Object.fromEntries(EFFECT_STEPS.map((name) => [name, { transactional: true }])),
  }),
  flaky: ends('complete', 'flaky', aChain('before', 'flaky', 'after'), {
    fails: { flaky: { failures: 2 } },
  }),
  limited: ends('complete', 'limited', aChain('before', 'few', 'after'), {
    namespace: 'gamma',
    steps: { few: { limits: { concurrency: 2, key: '/tenant' } } },
  }),
  rated: ends('complete', 'rated', ONE_STEP, {
    queue: 'mail',
    steps: { only: { limits: { rate: { count: 10, seconds: 1 } } } },
  }),
  doomed: ends('error', 'doomed', aChain('before', 'failing', 'never'), {
    steps: { failing: { retryLimit: 3 } },
    fails: { failing: { failures: 1e9 } },
  }),
  /** What its second step gets is more than any claim holds. */
  bulky: ends('error', 'bulky', aChain('much', 'tooMuch'), { fails: { much: { resultBytes: 2 * CLAIM_BYTES } } }),
  hopeless: ends('error', 'hopeless', FAN, { fails: { c: { permanent: true } } }),
  impatient: ends('complete or error', 'impatient', aChain('once', 'twice'), {
    namespace: 'beta',
    steps: { once: { retryLimit: 1 }, twice: { retryLimit: 2 } },
  }),
} satisfies Record<string, StormTemplate>;

export type StormTemplateName = keyof typeof STORM_TEMPLATES;

interface StormTemplateSettings extends TemplateSettings {
  readonly queue?: string;
  readonly workMs?: number;
  /** How steps go wrong, or are large, as `worker.process.ts` knows it, by their names. */
  readonly fails?: Readonly<Record<string, JsonObject>>;
}

function ends(
  end: ExpectedEnd,
  name: string,
  nodes: readonly GraphNode[],
  { queue = 'default', workMs = WORK_MS, fails = {}, steps = {}, ...head }: StormTemplateSettings = {},
): StormTemplate {
  const defaults = { retryLimit: PATIENT, backoff: BACKOFF, queue };
  const told = nodes.map(({ name: step }) => [step, { ...steps[step], handlerConfig: { workMs, ...fails[step] } }]);
  return { ...aTemplate(nodes, { namespace: 'alpha', ...head, name, defaults, steps: Object.fromEntries(told) }), end };
}
