import type { Dispatcher } from 'undici';
import type { JsonValue } from '../workflow/json.js';
import { decodeBody, readBytes, UndecodableBody, type BodyBytes } from './http.body.js';
import { invalidRequest, isJson, withoutQuery, type PreparedRequest } from './http.request.js';
import { RetryableError } from './step.errors.js';

/** The answer of a server. */
export interface HttpResponse {
  readonly status: number;
  /**
   * Headers by name in lower case; those of the same name are joined by commas. Without `set-cookie`, because results
   * are stored.
   */
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed JSON, or the text if it is not JSON; null if it is empty. */
  readonly body: JsonValue;
  readonly text: string;
  /** Whether the text was cut at the limit. */
  readonly isTruncated: boolean;
  /** The URL that sent the answer, after redirects, without the values of its query. */
  readonly url: string;
}

/** An answer with the faults that fail the step. */
export interface ReceivedResponse extends HttpResponse {
  /** The reason why the body could not be decoded; null if it could. */
  readonly undecodable: string | null;
  /**
   * The target of a redirect that was not followed, because it is of another origin; without the values of its query.
   */
  readonly refusedRedirect: string | null;
}

/**
 * The maximum number of redirects of a request: enough for a moved page, and an end to two pages that redirect to each
 * other.
 */
const MAX_REDIRECTS = 5;
/** Faults of the request that undici finds only when it sends. */
const INVALID_REQUEST_CODES = ['UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED', 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH'];

/**
 * Sends requests and reads answers up to a limit. Every status counts as an answer; everything else is a transport
 * error, which is retryable.
 */
export class HttpClient {
  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly maxBytes: number,
  ) {}

  /** @throws the reason of the signal if it is aborted; RetryableError if the server cannot be reached */
  async send(request: PreparedRequest, signal: AbortSignal): Promise<ReceivedResponse> {
    try {
      return await this.follow(request, signal);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw transportError(request, error);
    }
  }

  /** Follows redirects of requests that only read, and only within the origin unless the step allows others. */
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

  /** undici's own time limits, five minutes each, are turned off, because the step's deadline aborts the signal. */
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

  /** Servers may compress an answer even if the request did not ask for it. */
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

/** Removes credentials and cookies, which are meant for the first server only. */
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

/** Removes the length of a decoded body, which is that of the encoded one. */
function withoutLengthOf(headers: Readonly<Record<string, string>>, encoding: string): Record<string, string> {
  const { 'content-length': length, ...others } = headers;
  return encoding === '' && length !== undefined ? { ...others, 'content-length': length } : others;
}

/** Decodes as UTF-8, unless the answer names another known encoding. */
function decode(bytes: Buffer, contentType: string): string {
  const [, charset] = /charset="?([\w-]+)/i.exec(contentType) ?? [];
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

/**
 * Some servers declare JSON and answer "OK". The call has had its effect, so such an answer is a text and not a
 * failure.
 */
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
