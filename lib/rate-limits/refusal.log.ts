import { Logger } from '@nestjs/common';
import type { RateLimit } from '../options/rate-limit.options.js';

/** The interval of lines in the log, so that a flood of addresses does not fill it. */
const INTERVAL_MS = 10_000;
const PROXY_HEADERS = ['forwarded', 'x-forwarded-for'];

export interface Caller {
  readonly request: unknown;
  readonly address: string | null;
  /** What counts as one caller. */
  readonly network: string;
}

/** Reports addresses from which too many authentications failed. */
export class RefusalLog {
  private readonly logger = new Logger('TaskerRateLimits');
  private nextAtMs = -Infinity;
  private unreported = 0;

  note(caller: Caller, rule: RateLimit, nowMs = performance.now()): void {
    if (nowMs < this.nextAtMs) {
      this.unreported += 1;
      return;
    }
    this.logger.warn(
      `Refusing requests from ${caller.network} for up to ${rule.seconds} s: ${rule.limit} authentications failed.` +
        (this.unreported > 0 ? ` The same happened to ${this.unreported} others since the last such line.` : '') +
        (isOfProxy(caller) ? BEHIND_PROXY : ''),
    );
    this.nextAtMs = nowMs + INTERVAL_MS;
    this.unreported = 0;
  }
}

const BEHIND_PROXY =
  ' They seem to come through a proxy that the server does not trust, so that all callers behind it share one limit. ' +
  'See "Behind a proxy" in docs/authorization.md of nestjs-tasker.';

/** Whether a proxy named the caller, but the server takes the address of the connection. */
function isOfProxy({ address, request }: Caller): boolean {
  const { headers, socket } = (request ?? {}) as {
    readonly headers?: Readonly<Record<string, unknown>>;
    readonly socket?: { readonly remoteAddress?: unknown };
  };
  return address === socket?.remoteAddress && PROXY_HEADERS.some((name) => headers?.[name] !== undefined);
}
