import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from './clock.js';
import { EffectLedger } from './effect.ledger.js';
import type { ErrorClass } from './service.error.js';
import { UnknownMockMethodError } from './mock.errors.js';

/** One call of a mocked service; `args` is the request object that the method was called with. */
export interface ServiceCall {
  readonly service: string;
  readonly method: string;
  readonly args: unknown;
  readonly timestamp: Date;
}

export interface FailureOptions {
  /** Fails this many times and then answers normally. @default for ever */
  readonly failCount?: number;
  /** Fails only the calls whose request passes this test. @default every call */
  readonly when?: (args: never) => boolean;
}

export interface DelayOptions {
  /** Waits once the effect has been made and only the answer is on its way, instead of before anything else. */
  readonly afterEffect?: boolean;
}

interface StubbedFailure {
  readonly error: ErrorClass;
  readonly message: string;
  readonly when: (args: unknown) => boolean;
  left: number;
}

/**
 * An outside service that answers from memory. A test or a story tells it to fail, to dawdle or to answer something else,
 * and reads in its log how it was called. Each method of a subclass is one method of the service (helpers are `#private`).
 */
@Injectable()
export abstract class MockService {
  /** The name under which `MockServices` knows it. */
  abstract readonly serviceName: string;

  private calls: ServiceCall[] = [];
  private readonly responses = new Map<string, unknown>();
  private readonly failures = new Map<string, StubbedFailure[]>();
  private readonly delays = new Map<string, DelayOptions & { readonly seconds: number }>();

  constructor(
    protected readonly clock: Clock,
    protected readonly ledger: EffectLedger,
  ) {}

  get callLog(): readonly ServiceCall[] {
    return this.calls;
  }

  callsFor(method: string): readonly ServiceCall[] {
    this.assertMethod(method);
    return this.calls.filter((call) => call.method === method);
  }

  called(method: string): boolean {
    return this.callCount(method) > 0;
  }

  callCount(method: string): number {
    return this.callsFor(method).length;
  }

  lastCall(method: string): ServiceCall | undefined {
    return this.callsFor(method).at(-1);
  }

  clearLog(): void {
    this.calls = [];
  }

  /** Forgets calls, stubbed responses, failures and delays. What happened outside, the ledger, stays. */
  reset(): void {
    this.clearLog();
    this.responses.clear();
    this.failures.clear();
    this.delays.clear();
  }

  stubResponse(method: string, response: unknown): void {
    this.assertMethod(method);
    this.responses.set(method, response);
  }

  stubFailure(
    method: string,
    error: ErrorClass = Error,
    message = `${this.serviceName}.${method} fails as told`,
    { failCount = Infinity, when = () => true }: FailureOptions = {},
  ): void {
    this.assertMethod(method);
    const failure = { error, message, left: failCount, when: when as StubbedFailure['when'] };
    this.failures.set(method, [...(this.failures.get(method) ?? []), failure]);
  }

  stubDelay(method: string, seconds: number, options: DelayOptions = {}): void {
    this.assertMethod(method);
    this.delays.set(method, { seconds, ...options });
  }

  /** Answers as told, or else with `answer()`. The call is logged first, so a call that fails counts too. */
  protected async handleResponse<Answer>(
    method: string,
    args: unknown,
    answer: () => Answer | Promise<Answer>,
  ): Promise<Answer> {
    this.logCall(method, args);
    const delay = this.delays.get(method);
    if (delay !== undefined && !delay.afterEffect) await this.clock.wait(delay.seconds);
    this.failAsTold(method, args);
    const response = this.responses.has(method) ? (this.responses.get(method) as Answer) : await answer();
    if (delay?.afterEffect) await this.clock.wait(delay.seconds);
    return response;
  }

  protected logCall(method: string, args: unknown): void {
    this.calls.push({ service: this.serviceName, method, args, timestamp: this.clock.now() });
  }

  protected generateId(prefix: string): string {
    return `${prefix}_${randomBytes(8).toString('hex')}`;
  }

  protected generateTimestamp(minutesFromNow = 0): string {
    return new Date(this.clock.now().getTime() + minutesFromNow * 60_000).toISOString();
  }

  private failAsTold(method: string, args: unknown): void {
    const failure = this.failures.get(method)?.find(({ left, when }) => left > 0 && when(args));
    if (failure === undefined) return;
    failure.left -= 1;
    throw new failure.error(failure.message);
  }

  /** A stub for a method that does not exist would never act, and the test that set it would prove nothing. */
  private assertMethod(method: string): void {
    const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(this)).filter((name) => name !== 'constructor');
    if (!methods.includes(method)) throw new UnknownMockMethodError(this.serviceName, method, methods);
  }
}
