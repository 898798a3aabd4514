import { describe, expect, it } from '@jest/globals';
import { PermanentError, type HttpRequest } from 'nestjs-tasker';
import { isJson, prepareRequest, withoutQuery } from '../../../lib/handlers/http.request.js';

const prepared = (request: Partial<HttpRequest>): ReturnType<typeof prepareRequest> =>
  prepareRequest({ url: 'https://api.example.com/orders', ...request }, '7:charge');

describe('a request', () => {
  it('asks for JSON, and carries the idempotency key', () => {
    expect(prepared({})).toEqual({
      method: 'GET',
      url: new URL('https://api.example.com/orders'),
      headers: {
        accept: 'application/json',
        'accept-encoding': 'identity',
        'user-agent': 'nestjs-tasker',
        'idempotency-key': '7:charge',
      },
      body: null,
      acceptedStatuses: [],
      retryableStatuses: [],
      redirects: 'origin',
    });
  });

  it('may carry that under another name, or not at all', () => {
    expect(prepared({ idempotencyHeader: 'X-Once' }).headers).toMatchObject({ 'x-once': '7:charge' });
    expect(prepared({ idempotencyHeader: false }).headers).not.toHaveProperty('idempotency-key');
  });

  it.each([
    [{ a: 1 }, {}, '{"a":1}', 'application/json'],
    ['text', {}, '"text"', 'application/json'],
    [null, {}, 'null', 'application/json'],
    [{ a: 1 }, { 'Content-Type': 'application/vnd.api+json' }, '{"a":1}', 'application/vnd.api+json'],
    ['a=1', { 'content-type': 'application/x-www-form-urlencoded' }, 'a=1', 'application/x-www-form-urlencoded'],
    [new Uint8Array([1]), {}, new Uint8Array([1]), 'application/octet-stream'],
  ])('sends the body %j with %j as %j', (body, headers, sent, contentType) => {
    const request = prepared({ body, headers: headers });
    expect([request.body, request.headers['content-type']]).toEqual([sent, contentType]);
  });

  it('has its query percent-encoded, after that of its URL', () => {
    const query = { 'a b': 'ü & +', list: [1, true], none: null };
    expect(prepared({ url: 'https://a/x?y=%201#z', query }).url.href).toBe(
      'https://a/x?y=%201&a%20b=%C3%BC%20%26%20%2B&list=1&list=true#z',
    );
  });

  it.each<[Partial<HttpRequest>, string]>([
    [{ url: '/orders' }, 'the URL must be an absolute http or https URL'],
    [{ url: 'ftp://a/b' }, 'the URL must be an absolute http or https URL'],
    [{ url: 'https://me:secret@a/b' }, 'the URL must not contain a user name or password'],
    [{ headers: { 'a b': 'x' } }, '"a b" cannot be the name of a header'],
    [{ headers: { key: 'x\ny' } }, 'the header "key" has a value with characters'],
    [{ headers: { key: '✓' } }, 'the header "key" has a value with characters'],
    [{ headers: { key: null as never } }, 'headers.key must be a string, a number, true or false, got null'],
    [{ query: { q: { a: 1 } as never } }, 'query.q must be a string, a number, true or false, got an object'],
    [
      { body: { a: 1 }, headers: { 'content-type': 'text/plain' } },
      'a body with "content-type: text/plain" must be a string',
    ],
  ])('is refused for good when no server could be asked: %j', (request, message) => {
    expect(() => prepared(request)).toThrow(PermanentError);
    expect(() => prepared(request)).toThrow(`The request cannot be made: ${message}`);
  });
});

describe('a URL in a message', () => {
  it('lacks what may be secret', () => {
    expect(withoutQuery(new URL('https://a:8/b?key=secret#c'))).toBe('https://a:8/b?…');
    expect(withoutQuery(new URL('https://a/b'))).toBe('https://a/b');
  });
});

describe('a content type', () => {
  it.each(['application/json', 'application/json; charset=utf-8', 'application/problem+json', 'Text/JSON'])(
    'is one of JSON: %s',
    (type) => expect(isJson(type)).toBe(true),
  );
  it.each(['', 'text/plain', 'application/jsonl', 'text/plain; note="/json"'])('is none: %s', (type) =>
    expect(isJson(type)).toBe(false),
  );
});
