import type { MutantsOfFile } from '../../mutant.js';
import { handlers, httpStep } from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/handlers/http.request.ts',
    tests: [handlers, httpStep],
    mutants: [
      {
        mistake: 'sends no idempotency key',
        find: 'if (idempotencyHeader !== false) setHeader(headers, idempotencyHeader, idempotencyKey);',
        replace: 'if (!idempotencyHeader) setHeader(headers, String(idempotencyHeader), idempotencyKey);',
      },
      {
        mistake: 'loses the query of the URL',
        find: `...(whole.search === '' ? [] : [whole.search.slice(1)]), ...added`,
        replace: '...added',
      },
      {
        mistake: 'does not encode the query',
        find: '`${encode(key)}=${encode(textOf(item, `query.${key}`))}`',
        replace: '`${key}=${textOf(item, `query.${key}`)}`',
      },
      { mistake: 'tells the query in errors', find: `search === '' ? '' : '?…'`, replace: 'search' },
      {
        mistake: 'takes only application/json for JSON',
        find: '/^[^;]*[/+]json\\s*(;|$)/i',
        replace: '/^[^;]*[/]json\\s*(;|$)/i',
      },
    ],
  },
  {
    file: 'lib/handlers/http.client.ts',
    tests: [handlers, httpStep],
    mutants: [
      {
        mistake: 'repeats elsewhere what does more than read',
        find: `['GET', 'HEAD'].includes(request.method) && request.body === null`,
        replace: `request.method !== 'DELETE'`,
      },
      {
        mistake: 'shows keys to another server',
        find: 'if (url.origin === request.url.origin) return { ...request, url };',
        replace: 'if (url.protocol === request.url.protocol) return { ...request, url };',
      },
      {
        mistake: 'follows redirects for ever',
        find: 'mayFollow && redirects < MAX_REDIRECTS ?',
        replace: 'mayFollow && redirects < 100 * MAX_REDIRECTS ?',
      },
      { mistake: 'stores cookies of the answer', find: `name !== 'set-cookie' && value`, replace: 'value' },
      {
        mistake: 'fails for an answer that says JSON and is none',
        find: `} catch {
    return text;
  }`,
        replace: `} catch (error) {
    throw error;
  }`,
      },
      {
        mistake: 'retries a request that can never be made',
        find: `if (INVALID_REQUEST_CODES.includes(code ?? '')) return invalidRequest(message ?? '', cause);`,
        replace: '',
      },
      {
        mistake: 'takes an abort for a failure of the server',
        find: 'if (signal.aborted) throw signal.reason;',
        replace: '',
      },
    ],
  },
  {
    file: 'lib/handlers/http-status.outcome.ts',
    tests: [handlers, httpStep],
    mutants: [
      {
        mistake: 'tries a conflict again',
        find: 'status === 408 || status === 425',
        replace: 'status === 408 || status === 409 || status === 425',
      },
      {
        mistake: 'fails for good where a server is too busy',
        find: 'if (status === 429 || status === 503 ||',
        replace: 'if (status === 503 ||',
      },
      {
        mistake: 'fails for good where a server is too slow',
        find: 'status === 408 || status === 425',
        replace: 'status === 425',
      },
      { mistake: 'takes 300 for a success', find: 'status <= 299', replace: 'status <= 300' },
      { mistake: 'takes 600 for a failure that passes', find: 'status <= 599', replace: 'status <= 600' },
      {
        mistake: 'ignores when to come again',
        find: `outcome === 'retry_when_told' ? retryAfterSeconds`,
        replace: `outcome === 'retry' ? retryAfterSeconds`,
      },
    ],
  },
  {
    file: 'lib/handlers/retry-after.ts',
    tests: [handlers, httpStep],
    mutants: [
      { mistake: 'takes a time that has passed for at once', find: 'Math.max(1, seconds)', replace: 'seconds' },
      {
        mistake: 'takes seconds for milliseconds',
        find: 'return Math.min(Number(text), Number',
        replace: 'return Math.min(Number(text) / 1_000, Number',
      },
    ],
  },
  {
    file: 'lib/handlers/http-step.handler.ts',
    tests: [handlers, httpStep],
    mutants: [
      {
        mistake: 'tries again a request that has had its effect',
        find: 'throw new PermanentError(`${method} ${response.url} succeeded',
        replace: 'throw new RetryableError(`${method} ${response.url} succeeded',
      },
      {
        mistake: 'takes half of an answer for the whole',
        find: 'if (!isTruncated) return null;',
        replace: 'if (status > 0) return null;',
      },
      {
        mistake: 'never tries again to open connections after a failure',
        find: 'opening.catch(() => (this.dispatcher = undefined));',
        replace: 'opening.catch(() => undefined);',
      },
    ],
  },
];
