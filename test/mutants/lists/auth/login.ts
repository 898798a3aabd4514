import type { MutantsOfFile } from '../../mutant.js';
import { login, loginOptions } from '../../specs.js';

/** Users who log in to the dashboard. */
export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/auth/openid/login.flow.ts',
    tests: [login],
    mutants: [
      { mistake: 'sends the browser anywhere', find: "FRAGMENT.test(to) ? to : ''", replace: 'to' },
      {
        mistake: 'lets other sites act for a user',
        find: 'headers.origin === new URL(this.options.redirectUri).origin',
        replace: "typeof headers.origin === 'string'",
      },
      {
        mistake: 'lets forms of other sites act for a user',
        find: "headers['sec-fetch-site'] === 'same-origin'",
        replace: "headers['sec-fetch-site'] !== 'cross-site'",
      },
      {
        mistake: 'keeps a cookie for each attempt',
        find: 'begun.slice(0, Math.max(0,',
        replace: 'begun.slice(0, 0 * Math.max(0,',
      },
      {
        mistake: 'does not let a session expire',
        find: 'this.sessions.close({ user }, sessionSeconds)',
        replace: 'this.sessions.close({ user }, 86_400 * sessionSeconds)',
      },
      {
        mistake: 'takes a login that has begun for a session',
        find: '`nestjs-tasker login ${application}`',
        replace: '`nestjs-tasker session ${application}`',
      },
    ],
  },
  {
    file: 'lib/auth/openid/login.provider.ts',
    tests: [login],
    mutants: [
      { mistake: 'forgets the state', find: 'expectedState: state, ', replace: '' },
      { mistake: 'forgets the nonce', find: 'expectedNonce: nonce, ', replace: '' },
      { mistake: 'sends a plain verifier', find: "code_challenge_method: 'S256',", replace: '' },
      {
        mistake: 'takes an outage for a login that has expired',
        find: 'if (isOutage(error)) throw error;',
        replace: '',
      },
    ],
  },
  {
    file: 'lib/auth/openid/login.cookies.ts',
    tests: [login, loginOptions],
    mutants: [
      { mistake: 'shows the session to scripts', find: 'HttpOnly; ', replace: '' },
      {
        mistake: 'lets other hosts of the domain set the session',
        find: "isSecure ? '__Host-' : ''",
        replace: "isSecure ? '' : ''",
      },
      { mistake: 'sends the session without TLS', find: "isSecure ? '; Secure' : ''", replace: "isSecure ? '' : ''" },
      { mistake: 'uses one cookie for all tabs', find: 'shortDigest(state, 16)', replace: 'shortDigest(state, 0)' },
      {
        mistake: 'sets a cookie that browsers ignore',
        find: 'if (cookie.length > MOST_CHARACTERS)',
        replace: 'if (MOST_CHARACTERS < 0)',
      },
    ],
  },
  {
    file: 'lib/dashboard/login.controller.ts',
    tests: [login],
    mutants: [
      { mistake: 'lets other sites log users out', find: 'if (!flow.isOwn(request)) {', replace: 'if (!flow) {' },
    ],
  },
  {
    file: 'lib/auth/openid/login.failure.ts',
    tests: [login],
    mutants: [
      {
        mistake: 'takes an outage for a problem of its own',
        find: 'if (error instanceof AuthUnavailableError) {',
        replace: 'if (error instanceof AuthUnavailableError && error.httpStatus < 500) {',
      },
    ],
  },
];
