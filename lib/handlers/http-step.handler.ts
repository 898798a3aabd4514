import { Inject, Optional, type OnApplicationShutdown } from '@nestjs/common';
import type { Dispatcher } from 'undici';
import { DEFAULTS } from '../options/default.options.js';
import { TASKER_OPTIONS } from '../options/options.module.js';
import { agentThrough } from '../options/proxy.agent.js';
import type { ResolvedOptions } from '../options/resolve.options.js';
import type { JsonObject, JsonValue } from '../workflow/json.js';
import { logText } from '../workflow/log.text.js';
import { HttpClient, type HttpResponse, type ReceivedResponse } from './http.client.js';
import { prepareRequest, type HttpRequest } from './http.request.js';
import { factsOf, statusError } from './http-status.outcome.js';
import type { StepContext, StepHandlerContract } from './step-handler.contract.js';
import { PermanentError, RetryableError } from './step.errors.js';

/**
 * The base class of handlers whose step is one HTTP request. It handles statuses, waits, the idempotency key and the step's
 * abort signal.
 *
 * @example
 * ```ts
 * @StepHandler('ecommerce.charge_card')
 * export class ChargeCardHandler extends HttpStepHandler<Order> {
 *   protected request({ task }: StepContext<Order>): HttpRequest {
 *     return { method: 'POST', url: 'https://pay.example.com/charges', body: { amount: task.context.amount } };
 *   }
 * }
 * ```
 */
export abstract class HttpStepHandler<
  Context = JsonObject,
  Results = Readonly<Record<string, JsonValue>>,
  Returned = unknown,
>
  implements StepHandlerContract<Context, Results>, OnApplicationShutdown
{
  /** The maximum size of an answer, in bytes. A larger answer fails the step. @default 1_048_576 */
  protected readonly maxResponseBytes: number = DEFAULTS.steps.maxResultBytes;
  /** Undefined if the instance was not made by Nest. */
  @Optional()
  @Inject(TASKER_OPTIONS)
  private readonly taskerOptions?: ResolvedOptions;
  private dispatcher: Promise<Dispatcher> | undefined;

  /** Returns the request to send. */
  protected abstract request(context: StepContext<Context, Results>): HttpRequest | Promise<HttpRequest>;

  /**
   * Converts a successful answer to the results of the step; by default `{ status, headers, body }`. An error that it
   * throws fails the step for good (`RESULT_PROCESSING_FAILED`), because the request has had its effect. Only a
   * `RetryableError` or `PermanentError` keeps its meaning.
   */
  protected results(response: HttpResponse, _context: StepContext<Context, Results>): Returned | Promise<Returned> {
    const { status, headers, body } = response;
    return { status, headers, body } as Returned;
  }

  /**
   * Makes the dispatcher that opens connections, once; by default, through the proxy of the option `steps.proxy`.
   * Override it to use another proxy or a TLS certificate, with `ProxyAgent` or `Agent` of undici. The dispatcher is
   * destroyed at shutdown.
   *
   * Requests use undici instead of Node's `fetch`, because a dispatcher works only with a client of the same release,
   * and Node does not export its own undici.
   */
  protected async createDispatcher(): Promise<Dispatcher> {
    return agentThrough(this.taskerOptions?.steps.proxy ?? null);
  }

  async process(context: StepContext<Context, Results>): Promise<Returned> {
    const request = prepareRequest(await this.request(context), context.idempotencyKey);
    const client = new HttpClient(await this.openDispatcher(), this.maxResponseBytes);
    const response = await client.send(request, context.signal);
    const { method, acceptedStatuses, retryableStatuses } = request;
    const error =
      statusError(method, response, acceptedStatuses, retryableStatuses) ?? this.bodyError(method, response);
    if (error !== null) throw error;
    return this.resultsOf(method, response, context);
  }

  /** No step runs any more at this time. */
  async onApplicationShutdown(): Promise<void> {
    const opened = this.dispatcher;
    this.dispatcher = undefined;
    await (await opened)?.destroy();
  }

  private openDispatcher(): Promise<Dispatcher> {
    if (this.dispatcher !== undefined) return this.dispatcher;
    const opening = this.createDispatcher();
    opening.catch(() => (this.dispatcher = undefined)); // the next attempt tries again
    return (this.dispatcher = opening);
  }

  private bodyError(method: string, response: ReceivedResponse): PermanentError | null {
    const { status, url, isTruncated, undecodable } = response;
    const answered = `${method} ${url} answered ${status}`;
    const context = factsOf(method, response);
    if (undecodable !== null) {
      const message = `${answered}, but its body cannot be decoded: ${logText(undecodable)}`;
      return new PermanentError(message, { code: 'HTTP_UNDECODABLE_RESPONSE', context });
    }
    if (!isTruncated) return null;
    const message = `${answered} with more than ${this.maxResponseBytes} bytes, which is the limit`;
    return new PermanentError(message, { code: 'HTTP_RESPONSE_TOO_LARGE', context });
  }

  private async resultsOf(
    method: string,
    response: ReceivedResponse,
    context: StepContext<Context, Results>,
  ): Promise<Returned> {
    try {
      return await this.results(response, context);
    } catch (cause) {
      if (cause instanceof PermanentError || cause instanceof RetryableError) throw cause;
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new PermanentError(`${method} ${response.url} succeeded, but its results could not be read: ${why}`, {
        code: 'RESULT_PROCESSING_FAILED',
        context: factsOf(method, response),
        cause,
      });
    }
  }
}
