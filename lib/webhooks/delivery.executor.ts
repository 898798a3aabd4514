import { Inject, Injectable } from '@nestjs/common';
import type { Change } from '../live/change.js';
import { TASKER_OPTIONS } from '../options/options.module.js';
import type { ResolvedOptions } from '../options/resolve.options.js';
import type { ClaimedDelivery, DeliveryOutcome } from '../persistence/webhook-delivery.gateway.js';
import { backoffSeconds, type BackoffPolicy } from '../workflow/backoff.js';
import { escapeControls } from '../workflow/log.text.js';
import { ReceiverSpeeds } from './receiver.speeds.js';
import { withoutPrivateAddresses } from './target.address.js';
import { WebhookSender, type WebhookRequest } from './webhook.sender.js';
import type { WebhookMessage } from './webhook.js';

/** With twelve attempts, a delivery is given up after about four hours. */
const BACKOFF: BackoffPolicy = { baseSeconds: 5, factor: 2.5, maxSeconds: 3_600, jitter: 0.2 };
const MAX_ERROR_LENGTH = 500;
/** The fraction of a receiver's time limit within which a failed attempt does not count as slow. */
const SHORT = 1 / 4;

/** Makes one attempt of a delivery, and converts the result to an outcome. */
@Injectable()
export class DeliveryExecutor {
  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
    private readonly sender: WebhookSender,
    private readonly receivers: ReceiverSpeeds,
  ) {}

  /**
   * Returns the outcome. Never throws.
   * @param ending is aborted when the process ends; the attempt is then given up
   */
  async execute(delivery: ClaimedDelivery, ending: AbortSignal): Promise<DeliveryOutcome> {
    const { maxAttempts, timeoutMs } = this.options.webhooks;
    if (delivery.attempt > maxAttempts) return this.failure(delivery, null, 'The process died during each attempt.');
    const time = AbortSignal.timeout(timeoutMs);
    const began = performance.now();
    try {
      const status = await this.sender.send(requestOf(delivery), AbortSignal.any([time, ending]));
      this.receivers.note(delivery.webhookId, 'quick');
      if (status >= 200 && status < 300) return { kind: 'delivered', status, error: null, afterSeconds: null };
      return this.failure(delivery, status, `The receiver answered ${status}.`);
    } catch (error) {
      if (!time.aborted && ending.aborted) return { kind: 'released', status: null, error: null, afterSeconds: null };
      const isShort = performance.now() - began < timeoutMs * SHORT;
      this.receivers.note(delivery.webhookId, isShort ? 'quick' : 'slow');
      if (time.aborted) return this.failure(delivery, null, `The receiver did not answer within ${timeoutMs} ms.`);
      return this.failure(delivery, null, messageOf(error));
    }
  }

  private failure({ attempt }: ClaimedDelivery, status: number | null, message: string): DeliveryOutcome {
    const error = escapeControls(message.slice(0, MAX_ERROR_LENGTH));
    if (attempt >= this.options.webhooks.maxAttempts) return { kind: 'failed', status, error, afterSeconds: null };
    return { kind: 'retry', status, error, afterSeconds: backoffSeconds(BACKOFF, attempt) };
  }
}

function requestOf({ id, url, secret, change: stored }: ClaimedDelivery): WebhookRequest {
  const change = stored as unknown as Change;
  const messageId = `msg_${id}`;
  const message: WebhookMessage = { id: messageId, type: change.event, timestamp: change.at, data: change };
  return { url, secret, id: messageId, body: JSON.stringify(message) };
}

/**
 * Hides private addresses, which users of a webhook must not learn. Node's error for several addresses has only a code.
 */
function messageOf(error: unknown): string {
  const { message, code } = error as { readonly message?: string; readonly code?: string };
  return withoutPrivateAddresses(message || code || String(error));
}
