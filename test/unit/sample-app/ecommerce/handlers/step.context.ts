import type { EntityManager } from 'typeorm';
import { NotTransactionalError } from '../../../../../lib/handlers/handler.errors.js';
import { PermanentError, RetryableError, type JsonValue, type StepContext } from 'nestjs-tasker';
import type { OrderContext } from '../../../../../sample-app/ecommerce/order.context.js';
import { SAMPLE_ORDER } from '../order.factory.js';

export interface ContextParts<Results> {
  readonly step: string;
  readonly order?: OrderContext;
  /** Results of the direct parents. */
  readonly results?: Results;
  /** Results of other finished steps. */
  readonly earlier?: Readonly<Record<string, unknown>>;
  readonly attempt?: number;
}

/** What a handler gets for a step of task 42. */
export function stepContext<Results = Readonly<Record<string, JsonValue>>>(
  parts: ContextParts<Results>,
): StepContext<OrderContext, Results> {
  const { step, order = SAMPLE_ORDER, results = {} as Results, earlier = {}, attempt = 1 } = parts;
  const quiet = (): void => undefined;
  return {
    task: {
      id: '42',
      namespace: 'ecommerce',
      name: 'process_order',
      version: '1.0.0',
      context: order,
      initiator: 'test',
      sourceSystem: 'test',
      reason: 'test',
      tags: [],
      requestedAt: new Date(),
    },
    step: { id: '7', name: step },
    results,
    resultsOf: <T>(name: string): Promise<T> => Promise.resolve((earlier[name] ?? null) as T),
    attempt,
    retryLimit: 3,
    get manager(): EntityManager {
      throw new NotTransactionalError(step);
    },
    deadline: new Date(Date.now() + 10_000),
    signal: new AbortController().signal,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    config: {},
    idempotencyKey: `42-${step}`,
  };
}

/** How a step failed, for comparison; the message is free. */
export interface Failure {
  readonly kind: 'permanent' | 'retryable';
  readonly code: string | null;
  readonly retryAfter?: number;
}

export const permanent = (code: string): Failure => ({ kind: 'permanent', code });
export const retryable = (code: string, retryAfter?: number): Failure =>
  retryAfter === undefined ? { kind: 'retryable', code } : { kind: 'retryable', code, retryAfter };

/** What the handler throws; a handler that succeeds fails the test. */
export async function failureOf(run: () => unknown): Promise<Failure> {
  const error = await errorOf(run);
  if (error instanceof PermanentError) return { kind: 'permanent', code: error.stepCode };
  const { stepCode: code, retryAfter } = error;
  return retryAfter === undefined ? { kind: 'retryable', code } : { kind: 'retryable', code, retryAfter };
}

export async function errorOf(run: () => unknown): Promise<PermanentError | RetryableError> {
  try {
    await run();
  } catch (error) {
    if (error instanceof PermanentError || error instanceof RetryableError) return error;
    throw error;
  }
  throw new Error('The handler succeeded.');
}
