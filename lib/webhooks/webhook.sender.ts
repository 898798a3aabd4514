import { Inject, Injectable } from '@nestjs/common';
import type { Dispatcher } from 'undici';
import { TASKER_OPTIONS } from '../options/options.module.js';
import { packageVersion } from '../options/package.files.js';
import { agentThrough } from '../options/proxy.agent.js';
import type { ResolvedOptions } from '../options/resolve.options.js';
import type { ProxyOption } from '../options/tasker.options.js';
import { NameResolver } from './name.resolver.js';
import { targetFault } from './target.check.js';
import { lookupThrough } from './target.lookup.js';
import { signatureOf } from './webhook.secret.js';

/** A request before it is signed. */
export interface WebhookRequest {
  readonly url: string;
  readonly secret: string;
  readonly id: string;
  readonly body: string;
}

/**
 * The fraction of a receiver's time limit for resolving its name, so that a silent name server can be told from a
 * silent receiver.
 */
const SHARE_FOR_NAMES = 1 / 2;
/** The answers of receivers are not used; at most this many bytes are read. */
const MAX_ANSWER_BYTES = 16_384;

/**
 * Sends signed requests to public addresses, or to any address if the host allows it. Redirects are answers like all
 * others.
 */
@Injectable()
export class WebhookSender {
  private readonly allowPrivate: boolean;
  private readonly timeoutMs: number;
  private readonly resolver: NameResolver;
  private readonly proxy: ProxyOption;
  private agent: Promise<Dispatcher> | undefined;

  constructor(@Inject(TASKER_OPTIONS) { webhooks }: ResolvedOptions) {
    this.allowPrivate = webhooks.allowPrivateTargets;
    this.timeoutMs = webhooks.timeoutMs;
    this.proxy = webhooks.proxy;
    this.resolver = new NameResolver(Math.ceil(webhooks.timeoutMs * SHARE_FOR_NAMES));
  }

  /**
   * Sends a request, and returns the status of the answer.
   * @throws the error of the request, or the reason of the signal
   */
  async send({ url, secret, id, body }: WebhookRequest, signal: AbortSignal): Promise<number> {
    // Addresses are not looked up, and the option may have changed since the webhook was created.
    const fault = targetFault(url, this.allowPrivate);
    if (fault !== null) throw new Error(`The URL ${fault}.`);
    const { origin, pathname, search } = new URL(url);
    const timestamp = String(Math.floor(Date.now() / 1_000)); // the clock of this process, because receivers compare it with their own clock
    const agent = await (this.agent ??= this.connect());
    const response = await agent.request({
      origin,
      path: `${pathname}${search}`,
      method: 'POST',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': `nestjs-tasker/${packageVersion()}`,
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': signatureOf(secret, id, timestamp, body),
      },
      body,
      signal,
      headersTimeout: 0, // the signal is the time limit
      bodyTimeout: 0,
    });
    // Reads the body, so that the connection can be reused. Only the status matters, so errors are ignored.
    await response.body.dump({ limit: MAX_ANSWER_BYTES, signal }).catch(() => undefined);
    return response.statusCode;
  }

  /** Call it after the last request: connections that are kept for further requests would keep the process alive. */
  async close(): Promise<void> {
    this.resolver.cancel();
    const { agent } = this;
    this.agent = undefined;
    await (await agent)?.close();
  }

  /** Made at the first request, because most hosts have no webhooks. A proxy may have a private address. */
  private connect(): Promise<Dispatcher> {
    const { timeoutMs: timeout } = this;
    return agentThrough(this.proxy, {
      direct: { lookup: lookupThrough(this.resolver, this.allowPrivate), timeout },
      toProxy: { lookup: lookupThrough(this.resolver, true), timeout },
    });
  }
}
