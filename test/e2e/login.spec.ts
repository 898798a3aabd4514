import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger, type INestApplication } from '@nestjs/common';
import { LoginAuthenticator } from 'nestjs-tasker';
import { Browser } from '../support/browser.js';
import { freePort } from '../support/free.port.js';
import { startOwnGraphqlHost, type GraphqlHost } from '../support/graphql.host.js';
import { rawSocket, silentSocket } from '../support/graphql.sockets.js';
import { startHttpHost } from '../support/http.host.js';
import { DASHBOARD_CLIENT, OpenIdProvider } from '../support/openid.provider.js';

const HOUR_MS = 3_600_000;
const SECRET = 'correct horse battery staple and more';
const DELIVERY = { namespace: 'warehouse', name: 'delivery', version: '1.2.0', context: { order_id: 1 } };

let passed = 0;
let logged: string[];
beforeEach(() => {
  logged = [];
  const ticks = performance.now.bind(performance);
  jest.spyOn(performance, 'now').mockImplementation(() => ticks() + passed);
  for (const level of ['error', 'warn', 'log'] as const)
    jest.spyOn(Logger.prototype, level).mockImplementation((...texts) => void logged.push(texts.join(' ')));
});
afterEach(() => void jest.restoreAllMocks());

describe.each(['apollo', 'mercurius'] as const)('users who log in to the dashboard, with %s,', (driver) => {
  let origin: string;
  let tasker: string;
  let dashboard: string;
  let callback: string;
  let provider: OpenIdProvider;
  let host: GraphqlHost;
  let browser: Browser;

  beforeAll(async () => {
    const port = await freePort();
    origin = `http://127.0.0.1:${port}`;
    tasker = `${origin}/tasker`;
    dashboard = `${tasker}/dashboard`;
    callback = `${dashboard}/login/callback`;
    provider = await OpenIdProvider.open(callback);
    const login = new LoginAuthenticator({
      ...{ issuer: provider.issuer, ...DASHBOARD_CLIENT, redirectUri: callback, sessionSecret: SECRET },
    });
    host = await startOwnGraphqlHost(driver, {}, { tasker: { auth: { authenticators: [login] } } });
    await host.app.listen(port, '127.0.0.1');
  });
  afterAll(async () => {
    await host.close();
    await provider.close();
  });
  beforeEach(() => {
    browser = new Browser();
    provider.user = { sub: 'ann', roles: ['operator'] };
  });

  const isCallback = (url: string): boolean => url.startsWith(callback);
  const isDashboard = (url: string): boolean => new URL(url).pathname === '/tasker/dashboard';
  const logIn = (to = ''): Promise<string> =>
    browser.follow(`${dashboard}/login?to=${encodeURIComponent(to)}`, isDashboard);
  /** The address to which the provider sends the browser back. */
  const begin = (url = `${dashboard}/login`): Promise<string> => browser.follow(url, isCallback);
  const statusOf = async (url: string, init?: RequestInit): Promise<number> => (await browser.fetch(url, init)).status;
  const start = (headers: Readonly<Record<string, string>>): Promise<number> =>
    statusOf(`${tasker}/tasks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(DELIVERY),
    });
  const changed = (url: string, name: string, value: string): string => {
    const other = new URL(url);
    other.searchParams.set(name, value);
    return other.href;
  };
  /** Begins a login, and changes a parameter on its way to the provider. */
  const beginWith = async (name: string, value: string): Promise<string> => {
    const { headers } = await browser.fetch(`${dashboard}/login`);
    return begin(changed(headers.get('location')!, name, value));
  };
  const refusal = async (url: string, by = browser): Promise<string> => {
    const response = await by.fetch(url);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(by.names.filter((name) => name.endsWith('-session'))).toEqual([]);
    return `${response.status} ${/role="alert">(.*)<\/p>/.exec(await response.text())?.[1]}`;
  };
  const USED = '400 This sign-in has expired, or was used before. Sign in again.';
  const UNKNOWN = '400 This sign-in was not begun here, or has expired. Sign in again.';

  it('come back to the task that they wanted to see, and may do what their roles permit', async () => {
    const page = await (await browser.fetch(dashboard)).text();
    expect(page).toContain('<body data-login>');
    const refused = await browser.fetch(`${tasker}/tasks`);
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Cookie']);
    expect(await (await browser.fetch(`${dashboard}/session`)).json()).toEqual({ user: null });
    expect(await logIn('#/tasks/17/steps/pack')).toBe(`${dashboard}#/tasks/17/steps/pack`);
    expect(await statusOf(`${tasker}/tasks`)).toBe(200);
    expect(await (await browser.fetch(`${dashboard}/session`)).json()).toEqual({ user: 'ann' });
    expect(await start({ origin })).toBe(201);
    expect(await statusOf(`${tasker}/webhooks`)).toBe(403);
  });

  it('keep one cookie, which scripts and other sites cannot use', async () => {
    await logIn();
    const session = browser.set.find((cookie) => /^tasker-[0-9a-f]{8}-session=./.test(cookie));
    expect(session).toMatch(/; Max-Age=28800; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(session).not.toContain('ann');
    expect(browser.names.filter((name) => name.startsWith('tasker-'))).toHaveLength(1);
  });

  it('may use GraphQL, sockets and streams by their cookie', async () => {
    await logIn();
    const query = (headers: Readonly<Record<string, string>>): Promise<Response> =>
      browser.fetch(`${tasker}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query: '{ tasks(first: 1) { nodes { id } } }' }),
      });
    expect(await (await query({ origin })).json()).toMatchObject({ data: { tasks: { nodes: expect.anything() } } });
    const foreign = (await (await query({ origin: 'https://evil.example.com' })).json()) as {
      readonly errors: readonly unknown[];
    };
    expect(foreign.errors).toMatchObject([{ extensions: { code: 'TASKER_UNAUTHENTICATED' } }]);
    const cookie = browser.cookiesFor('/tasker/graphql');
    const socket = await rawSocket(host, { cookie, origin }); // acknowledged, and so authenticated
    await socket.close();
    const unknown = await silentSocket(host, { origin });
    unknown.say({ type: 'connection_init' });
    expect(await unknown.closed).toMatchObject({ code: 4403 });
    const stream = await browser.fetch(`${tasker}/events`);
    expect(stream.headers.get('content-type')).toMatch(/^text\/event-stream/);
    await stream.body!.cancel();
  });

  it('are nobody in requests that another site may have caused', async () => {
    await logIn();
    const foreign = { origin: 'https://evil.example.com' };
    expect(await start(foreign)).toBe(401);
    expect(await start({ origin: 'null' })).toBe(401);
    expect(await start({ 'sec-fetch-site': 'same-site' })).toBe(401);
    expect(await start({})).toBe(401);
    expect(await statusOf(`${tasker}/tasks`, { headers: foreign })).toBe(401);
    expect(await start({ 'sec-fetch-site': 'same-origin' })).toBe(201);
  });

  it.each(['//evil.example.com', 'https://evil.example.com/', '#/tasks/17\r\nx: y', '/../evil', '@evil.example.com'])(
    'come to the dashboard, and not to %j',
    async (to) => {
      expect(await logIn(to)).toBe(dashboard);
    },
  );

  it('can log in in several tabs at the same time', async () => {
    const [one, two] = [await begin(`${dashboard}/login?to=%23/tasks/1`), await begin(`${dashboard}/login`)];
    expect(await browser.follow(one, isDashboard)).toBe(`${dashboard}#/tasks/1`);
    expect(await browser.follow(two, isDashboard)).toBe(dashboard);
  });

  it('keep the cookies of a few attempts', async () => {
    for (let count = 0; count < 8; count++) await browser.fetch(`${dashboard}/login`);
    expect(browser.names.filter((name) => name.includes('-login-'))).toHaveLength(5);
  });

  it('are refused with another state, or in another browser', async () => {
    const url = await begin();
    expect(await refusal(changed(url, 'state', 'other'))).toBe(UNKNOWN);
    expect(await refusal(url, new Browser())).toBe(UNKNOWN);
    expect(await refusal(callback)).toBe(UNKNOWN);
  });

  it('are refused if the address is used again', async () => {
    const url = await begin();
    const thief = browser.copy();
    await browser.follow(url, isDashboard);
    expect(await refusal(url, thief)).toBe(USED);
    expect((await browser.fetch(url)).status).toBe(400);
  });

  it.each([
    ['nonce', 'other'],
    ['code_challenge', 'o'.repeat(43)],
  ])('are refused if the %s was changed on the way', async (name, value) => {
    expect(await refusal(await beginWith(name, value))).toBe(USED);
  });

  it('are refused if the code comes from another provider', async () => {
    expect(await refusal(changed(await begin(), 'iss', 'https://evil.example.com'))).toBe(USED);
  });

  it('are refused if the provider refuses them', async () => {
    const url = new URL(await begin());
    url.searchParams.delete('code');
    expect(await refusal(changed(url.href, 'error', 'access_denied'))).toBe('403 Signing in was refused.');
  });

  it('are nobody with a cookie that was changed, or of a login that has only begun', async () => {
    await logIn();
    const session = browser.copy();
    browser.change(({ value }) => value.replace(/(?<=\..{40})./, (one) => (one === 'A' ? 'B' : 'A')));
    expect(await statusOf(`${tasker}/tasks`)).toBe(401);
    browser = session;
    await browser.fetch(`${dashboard}/login`);
    const begun = browser.set.at(-1)!.split(/[=;]/)[1]!;
    browser.change(({ name, value }) => (name.endsWith('-session') ? begun : value));
    expect(await statusOf(`${tasker}/tasks`)).toBe(401);
  });

  it('are nobody when their session is over', async () => {
    await logIn();
    const now = Date.now.bind(Date);
    jest.spyOn(Date, 'now').mockImplementation(() => now() + 8 * HOUR_MS - 60_000);
    expect(await statusOf(`${tasker}/tasks`)).toBe(200);
    jest.spyOn(Date, 'now').mockImplementation(() => now() + 8 * HOUR_MS + 1_000);
    expect(await statusOf(`${tasker}/tasks`)).toBe(401);
  });

  it('can log out, which other sites cannot do for them', async () => {
    await logIn();
    const logOut = (from: string): Promise<number> =>
      statusOf(`${dashboard}/logout`, { method: 'POST', headers: { origin: from } });
    expect(await logOut('https://evil.example.com')).toBe(403);
    expect(await statusOf(`${tasker}/tasks`)).toBe(200);
    expect(await logOut(origin)).toBe(204);
    expect(await statusOf(`${tasker}/tasks`)).toBe(401);
  });

  it('can log in as soon as the provider signs with another key', async () => {
    await logIn();
    await provider.rotate();
    await provider.rotate();
    expect(await logIn()).toBe(dashboard);
  });

  it('read that the provider is out of order, and can log in afterwards', async () => {
    const url = await begin();
    await provider.close();
    const sentence =
      '503 Nobody can sign in at the moment, because the service that knows the users is unavailable. Try again soon.';
    try {
      expect(await refusal(url)).toBe(sentence);
      passed += HOUR_MS; // so that the provider has to describe itself again
      expect(await refusal(`${dashboard}/login`)).toBe(sentence);
    } finally {
      await provider.listen();
    }
    passed += 6_000;
    expect(await browser.follow(url, isDashboard)).toBe(dashboard);
    expect(logged).toEqual([
      `Cannot log users in at ${provider.issuer}: fetch failed (ECONNREFUSED). Requests are refused with status 503.`,
      `It is possible again to log users in at ${provider.issuer}.`,
    ]);
  });

  it('read that they have too many roles for a cookie', async () => {
    provider.user = { sub: 'bob', roles: Array.from({ length: 500 }, (_, index) => `role ${index}`) };
    expect(await refusal(await begin())).toBe(
      '500 Signing in failed because of a problem of this application. Its log says more.',
    );
    expect(logged).toEqual([
      expect.stringMatching(/^A login failed\..*the user has more data than a cookie can hold/s),
    ]);
  });
});

describe('a dashboard below a prefix', () => {
  it('knows its users by its own addresses', async () => {
    const port = await freePort();
    const dashboard = `http://127.0.0.1:${port}/shop/tasker/dashboard`;
    const redirectUri = `${dashboard}/login/callback`;
    const provider = await OpenIdProvider.open(redirectUri);
    const login = new LoginAuthenticator({
      ...{ issuer: provider.issuer, ...DASHBOARD_CLIENT, redirectUri, sessionSecret: SECRET, sessionSeconds: 60 },
      user: ({ sub }) => (sub === 'ann' ? { id: 'Ann', roles: ['viewer'] } : null),
    });
    const host = await startHttpHost({
      tasker: { auth: { authenticators: [login] } },
      prepare: (app: INestApplication) => void app.setGlobalPrefix('shop'),
    });
    await host.app.listen(port, '127.0.0.1');
    try {
      const browser = new Browser();
      const isEnd = (url: string): boolean => url === dashboard;
      await browser.follow(`${dashboard}/login`, isEnd);
      expect((await browser.fetch(`http://127.0.0.1:${port}/shop/tasker/tasks`)).status).toBe(200);
      expect(await (await browser.fetch(`${dashboard}/session`)).json()).toEqual({ user: 'Ann' });
      provider.user = { sub: 'eve' };
      const refused = new Browser().follow(`${dashboard}/login`, isEnd);
      await expect(refused).rejects.toThrow(/answers 403: .*You may not use this application\./s);
    } finally {
      await host.close();
      await provider.close();
    }
  });
});

describe('a dashboard without a login', () => {
  it('neither offers one nor has its routes', async () => {
    const host = await startHttpHost();
    try {
      await host.app.listen(0, '127.0.0.1');
      const dashboard = `${await host.app.getUrl()}/tasker/dashboard`;
      expect(await (await fetch(dashboard)).text()).not.toContain('data-login');
      for (const route of ['login', 'login/callback', 'session'])
        expect((await fetch(`${dashboard}/${route}`)).status).toBe(404);
      expect((await fetch(`${dashboard}/logout`, { method: 'POST' })).status).toBe(404);
    } finally {
      await host.close();
    }
  });
});
