import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { subscriptionTransport } from '../../../lib/graphql/subscriptions/subscription.transport.js';

type Headers = Readonly<Record<string, string>>;

interface Apollo {
  readonly onConnect: (connection: object) => boolean;
  readonly context: (connection: object) => { readonly req: IncomingMessage };
}

const { subscriptions } = subscriptionTransport([], ['https://shop.example'], {});
const apollo = (subscriptions as { readonly 'graphql-ws': Apollo })['graphql-ws'];

const mayConnect = (headers: Headers): boolean => apollo.onConnect({ extra: { request: { headers } } });

const authorizationOf = (headers: Headers, said?: string): unknown =>
  apollo.context({
    extra: { request: { headers: { ...headers } } },
    connectionParams: said === undefined ? undefined : { headers: { authorization: said } },
  }).req.headers.authorization;

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
  });
});
