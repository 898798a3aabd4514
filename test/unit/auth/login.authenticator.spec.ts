import { describe, expect, it } from '@jest/globals';
import { CookieSeal } from '../../../lib/auth/openid/cookie.seal.js';
import { LoginAuthenticator } from '../../../lib/auth/openid/login.authenticator.js';
import { LoginCookies } from '../../../lib/auth/openid/login.cookies.js';

const OPTIONS = {
  issuer: 'https://login.example.com/',
  clientId: 'tasker',
  redirectUri: 'https://example.com/tasker/dashboard/login/callback',
  sessionSecret: 's'.repeat(32),
};

describe('options of a login', () => {
  it('may have a secret of bytes, and no secret of the client', () => {
    expect(new LoginAuthenticator({ ...OPTIONS, sessionSecret: new Uint8Array(32) }).scheme).toBe('Cookie');
  });

  const noCallback = 'redirectUri must be an https URL that ends with /dashboard/login/callback';
  it.each<[string, object]>([
    ['issuer must be an https URL', { issuer: 'http://login.example.com/' }],
    ['issuer must be an https URL', { issuer: undefined }],
    ['clientId must be a string that is not empty', { clientId: '' }],
    ['clientSecret must be a string that is not empty', { clientSecret: '' }],
    ['clientAuthentication must be one of basic, post', { clientAuthentication: 'jwt' }],
    [noCallback, { redirectUri: undefined }],
    [noCallback, { redirectUri: 'http://example.com/tasker/dashboard/login/callback' }],
    [noCallback, { redirectUri: 'https://example.com/tasker/dashboard' }],
    [noCallback, { redirectUri: `${OPTIONS.redirectUri}?a=b` }],
    ['scopes must be a list of strings that has openid', { scopes: ['email'] }],
    ['sessionSecret must have at least 32 bytes', { sessionSecret: 's'.repeat(31) }],
    ['sessionSecret must have at least 32 bytes', { sessionSecret: undefined }],
    ['sessionSeconds must be a whole number from 60 to 604800', { sessionSeconds: 59 }],
    ['sessionSeconds must be a whole number from 60 to 604800', { sessionSeconds: 604_801 }],
    ['user must be a function', { user: 'ann' }],
    ['sessionTime is not a known option', { sessionTime: 60 }],
  ])('are refused with "%s"', (fault, options) => {
    expect(() => new LoginAuthenticator({ ...OPTIONS, ...options })).toThrow(fault);
  });

  it('are refused without quoting secrets', () => {
    const wrong = { ...OPTIONS, sessionSecret: 'private', clientSecret: ['private'] } as never;
    expect(() => new LoginAuthenticator(wrong)).toThrow(/^(?!.*private)/s);
  });
});

describe('cookies of a login', () => {
  it('are set for one host, over TLS alone', () => {
    const cookies = new LoginCookies(OPTIONS);
    expect(cookies.set(cookies.session, 'value', 60)).toMatch(
      /^__Host-tasker-[0-9a-f]{8}-session=value; Max-Age=60; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
    );
    expect(cookies.attempt('a')).toMatch(/^__Host-tasker-[0-9a-f]{8}-login-[0-9a-f]{16}$/);
    expect(cookies.remove(cookies.session)).toContain('-session=; Max-Age=0; ');
  });

  it('have other names in other applications', () => {
    const other = new LoginCookies({ ...OPTIONS, clientId: 'other' });
    expect(other.session).not.toBe(new LoginCookies(OPTIONS).session);
  });

  it('can be read with the same secret, for the same purpose', async () => {
    const { sessionSecret } = OPTIONS;
    const text = await new CookieSeal(sessionSecret, 'session').close({ user: 'ann' }, 60);
    expect(await new CookieSeal(sessionSecret, 'session').open(text)).toMatchObject({ user: 'ann' });
    expect(await new CookieSeal(sessionSecret, 'login').open(text)).toBeNull();
    expect(await new CookieSeal('t'.repeat(32), 'session').open(text)).toBeNull();
    for (const other of ['', 'a.b.c.d.e', text.slice(1), `${text}.`])
      expect(await new CookieSeal(sessionSecret, 'session').open(other)).toBeNull();
  });
});

describe('a request of a logged-in user', () => {
  const login = new LoginAuthenticator(OPTIONS);
  it.each<unknown>([{}, { headers: {} }, { method: 'GET', headers: { cookie: 7 } }, { headers: { cookie: '=;;a' } }])(
    'has no user if it is %j',
    async (request) => {
      expect(await login.authenticate(request)).toBeNull();
    },
  );
});
