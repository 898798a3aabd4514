import type { ValidationRule } from 'graphql';
import { wholeBetween } from '../../options/options.check.js';
import { InvalidOptionsError } from '../../options/options.errors.js';
import { MUST_BE_BOOLEAN } from '../../workflow/input.wording.js';
import { LONGEST_TIMER_MS } from '../../workflow/timer.limit.js';
import type { OwnPath } from '../own.path.js';

/** The options of the WebSockets of a separate GraphQL API. */
export interface SocketOptions {
  /** Whether the API serves subscriptions over WebSockets. @default true */
  readonly subscriptions?: boolean;
  /** Further origins whose pages may open WebSockets, such as `https://shop.example`. @default [] */
  readonly allowedOrigins?: readonly string[];
  /** The maximum size of a client's message, in bytes. A larger one closes its socket. @default 65_536 */
  readonly maxMessageBytes?: number;
  /** The time within which a client must send `connection_init`, in milliseconds. @default 3_000 */
  readonly connectionInitTimeoutMs?: number;
}

export interface SocketSettings extends Required<SocketOptions>, OwnPath {
  readonly rules: readonly ValidationRule[];
  readonly maxTokens: number;
}

export const DEFAULT_SOCKET_OPTIONS = {
  subscriptions: true,
  allowedOrigins: [],
  maxMessageBytes: 65_536,
  connectionInitTimeoutMs: 3_000,
} as const satisfies SocketOptions;

/** The injection token of the settings; null if nothing is served over WebSockets. */
export const SOCKET_SETTINGS = Symbol('TASKER_GRAPHQL_SOCKETS');

const MOST_BYTES = 16_777_216;

/** @throws InvalidOptionsError */
export function completeSocketOptions(given: SocketOptions): Required<SocketOptions> {
  const options = {
    subscriptions: given.subscriptions ?? DEFAULT_SOCKET_OPTIONS.subscriptions,
    allowedOrigins: given.allowedOrigins ?? DEFAULT_SOCKET_OPTIONS.allowedOrigins,
    maxMessageBytes: given.maxMessageBytes ?? DEFAULT_SOCKET_OPTIONS.maxMessageBytes,
    connectionInitTimeoutMs: given.connectionInitTimeoutMs ?? DEFAULT_SOCKET_OPTIONS.connectionInitTimeoutMs,
  };
  const faults = [
    typeof options.subscriptions !== 'boolean' &&
      `subscriptions ${MUST_BE_BOOLEAN}, got ${JSON.stringify(options.subscriptions)}`,
    wholeBetween('maxMessageBytes', options.maxMessageBytes, 1, MOST_BYTES),
    wholeBetween('connectionInitTimeoutMs', options.connectionInitTimeoutMs, 1, LONGEST_TIMER_MS),
  ].filter((fault) => fault !== false);
  if (faults.length > 0) throw new InvalidOptionsError(faults, 'TaskerGraphqlModule');
  return options;
}
