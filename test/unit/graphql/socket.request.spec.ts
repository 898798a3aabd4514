import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { addAuthorization, isWelcome } from '../../../lib/graphql/subscriptions/socket.request.js';

const mayConnect = (headers: IncomingHttpHeaders): boolean => isWelcome({ headers }, ['https://shop.example']);

const authorizationOf = (headers: IncomingHttpHeaders, said?: unknown): unknown => {
  const request = { headers: { ...headers } };
  addAuthorization(request, said === undefined ? undefined : { headers: { authorization: said } });
  return request.headers.authorization;
};

describe('a socket', () => {
  it.each([
    [{ host: 'api.example' }],
    [{ host: 'api.example', origin: 'https://api.example' }],
    [{ host: 'api.example:8443', origin: 'https://api.example:8443' }],
    [{ host: 'api.example', origin: 'https://shop.example' }],
  ])('may be opened with %j', (headers) => {
    expect(mayConnect(headers)).toBe(true);
  });

  it.each([
    'https://elsewhere.example',
    'https://api.example:8443',
    'https://api.example.elsewhere.example',
    'https://shop.example:8443',
    'http://shop.example',
    'https://www.shop.example',
    'null',
    '',
  ])('may not be opened by a page of "%s"', (origin) => {
    expect(mayConnect({ host: 'api.example', origin })).toBe(false);
  });

  it('is of whom its request says, and else of whom its client says', () => {
    expect(authorizationOf({ authorization: 'ann' }, 'root')).toBe('ann');
    expect(authorizationOf({}, 'ann')).toBe('ann');
    expect(authorizationOf({})).toBeUndefined();
    expect(authorizationOf({}, ['ann'])).toBeUndefined();
  });
});
