import type { Dispatcher } from 'undici';
import type { JsonValue } from '../workflow/json.js';
import { decodeBody, readBytes, UndecodableBody, type BodyBytes } from './http.body.js';
import { invalidRequest, isJson, withoutQuery, type PreparedRequest } from './http.request.js';
import { RetryableError } from './step.errors.js';

/** The answer of a server. */
export interface HttpResponse {
  readonly status: number;
  /** By name in lower case; several of one name are joined by commas. `set-cookie` is left out, for results are stored. */
  readonly headers: Readonly<Record<string, string>>;
  /** What the text holds when it is JSON, else the text itself; null when it is empty. */
  readonly body: JsonValue;
  readonly text: string;
  /** Whether the text ends early, because the limit was reached. */
  readonly isTruncated: boolean;
  /** Where the answer came from in the end, without the values of its query. */
  readonly url: string;
}

/** What a step is not given, but fails with. */
export interface ReceivedResponse extends HttpResponse {
  /** Why there is no text, though the server sent a body; null where nothing is wrong with it. */
  readonly undecodable: string | null;
  /** Where a redirect leads to that was not followed because that is another origin; without the values of its query. */
  readonly refusedRedirect: string | null;
}

/** Of a request that only reads; enough for a moved page, and an end to two that point at each other. */
const MAX_REDIRECTS = 5;
/** Faults of ours that undici finds only when it is about to send. */
const INVALID_REQUEST_CODES = ['UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED', 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH'];

/**
 * Sends requests and reads whole answers, up to a limit. Every status is an answer; what is not one is a transport error,
 * which is retryable.
 */
export class HttpClient {
  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly maxBytes: number,
  ) {}

  /** @throws the reason of the signal when that fires, RetryableError when the server could not be asked */
  async send(request: PreparedRequest, signal: AbortSignal): Promise<ReceivedResponse> {
    try {
      return await this.follow(request, signal);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw transportError(request, error);
    }
  }

  /** Only what merely reads is repeated elsewhere, and elsewhere is the same origin unless the step allows others. */
  private async follow(request: PreparedRequest, signal: AbortSignal): Promise<ReceivedResponse> {
    const mayFollow = ['GET', 'HEAD'].includes(request.method) && request.body === null && request.redirects !== 'none';
    let current = request;
    for (let redirects = 0; ; redirects++) {
      const response = await this.dispatch(current, signal);
      const target = mayFollow && redirects < MAX_REDIRECTS ? redirectOf(current, response) : null;
      if (target === null) return this.read(current, response);
      if (request.redirects !== 'any' && target.origin !== current.url.origin)
        return { ...(await this.read(current, response)), refusedRedirect: withoutQuery(target) };
      await response.body.dump();
      current = redirected(current, target);
    }
  }

  /** The step's own deadline fires the signal, so that undici's time limits, of five minutes each, are turned off. */
  private dispatch(
    { method, url, headers, body }: PreparedRequest,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    return this.dispatcher.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method,
      headers,
      body,
      signal,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  private async read({ url }: PreparedRequest, response: Dispatcher.ResponseData): Promise<ReceivedResponse> {
    const { 'content-encoding': encoding = '', ...headers } = plainHeaders(response.headers);
    const contentType = headers['content-type'] ?? '';
    const received = await readBytes(response.body as AsyncIterable<Buffer>, this.maxBytes);
    const { bytes, isTruncated, undecodable } = await this.decoded(received, encoding);
    const text = decode(bytes, contentType);
    const body = isJson(contentType) && !isTruncated ? parse(text) : text || null;
    const answer = {
      status: response.statusCode,
      headers: withoutLengthOf(headers, encoding),
      body,
      text,
      isTruncated,
    };
    return { ...answer, url: withoutQuery(url), undecodable, refusedRedirect: null };
  }

  /** Servers compress also what was asked for without. */
  private async decoded(
    received: BodyBytes,
    encoding: string,
  ): Promise<BodyBytes & Pick<ReceivedResponse, 'undecodable'>> {
    try {
      return { ...(await decodeBody(received, encoding, this.maxBytes)), undecodable: null };
    } catch (error) {
      if (!(error instanceof UndecodableBody)) throw error;
      return { bytes: Buffer.alloc(0), isTruncated: false, undecodable: error.message };
    }
  }
}

function redirectOf(
  { url, acceptedStatuses, retryableStatuses }: PreparedRequest,
  response: Dispatcher.ResponseData,
): URL | null {
  const { statusCode, headers } = response;
  if (
    ![301, 302, 303, 307, 308].includes(statusCode) ||
    [...acceptedStatuses, ...retryableStatuses].includes(statusCode)
  )
    return null;
  const target = [headers.location].flat()[0];
  if (target === undefined || !URL.canParse(target, url.href)) return null;
  const next = new URL(target, url);
  return ['http:', 'https:'].includes(next.protocol) ? next : null;
}

/** Keys and cookies that are meant for one server are not shown to another. */
function redirected(request: PreparedRequest, url: URL): PreparedRequest {
  if (url.origin === request.url.origin) return { ...request, url };
  const harmless = ['accept', 'accept-encoding', 'user-agent'];
  const headers = Object.entries(request.headers).filter(([name]) => harmless.includes(name));
  return { ...request, url, headers: Object.fromEntries(headers) };
}

function plainHeaders(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  const entries = Object.entries(headers).filter(([name, value]) => name !== 'set-cookie' && value !== undefined);
  return Object.fromEntries(entries.map(([name, value]) => [name, [value].flat().join(', ')]));
}

/** The length of what is decoded is another one. */
function withoutLengthOf(headers: Readonly<Record<string, string>>, encoding: string): Record<string, string> {
  const { 'content-length': length, ...others } = headers;
  return encoding === '' && length !== undefined ? { ...others, 'content-length': length } : others;
}

/** UTF-8 unless the answer names another encoding that is known here. */
function decode(bytes: Buffer, contentType: string): string {
  const [, charset] = /charset="?([\w-]+)/i.exec(contentType) ?? [];
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

/** Some servers say JSON and answer "OK"; the call has had its effect, so that is a text, not a failure. */
function parse(text: string): JsonValue {
  if (text === '') return null;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

function transportError({ method, url }: PreparedRequest, cause: unknown): Error {
  const { code, message } = cause as { readonly code?: string; readonly message?: string };
  if (INVALID_REQUEST_CODES.includes(code ?? '')) return invalidRequest(message ?? '', cause);
  const what = message || code || 'no answer'; // Node's error for several addresses has only a code
  return new RetryableError(`${method} ${withoutQuery(url)} failed: ${what}`, {
    ...(code !== undefined && { code }),
    context: { method, url: withoutQuery(url) },
    cause,
  });
}
