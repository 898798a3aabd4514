import type { MutantsOfFile } from '../../mutant.js';
import { authProviders, guardAuthenticator, passport, passportUnits } from '../../specs.js';

/** Strategies and guards of the host that identify users. */
export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/auth/host/detached.request.ts',
    tests: [passportUnits, passport],
    mutants: [
      {
        mistake: 'leaves the user of a strategy on the request of the host',
        find: 'Object.create(request, { res: { value: response, writable: true } })',
        replace: 'Object.assign(request, { res: response })',
      },
    ],
  },
  {
    file: 'lib/auth/host/host.login.ts',
    tests: [guardAuthenticator, passportUnits],
    mutants: [
      {
        mistake: 'takes a fault of the directory for missing credentials',
        find: 'if (status >= SERVER_ERRORS) throw error;',
        replace: '',
      },
      {
        mistake: 'says nothing of an outage that a guard reports in the way of Nest',
        find: 'if (status === OUTAGE) throw new AuthUnavailableError(error.message, { cause: error });',
        replace: '',
      },
      {
        mistake: 'takes any error for missing credentials',
        find: 'if (!(error instanceof HttpException)) throw error;',
        replace: 'if (!(error instanceof HttpException)) return null;',
      },
      {
        mistake: 'makes a user of nobody',
        find: 'if (!account) return null;',
        replace: '',
      },
    ],
  },
  {
    file: 'lib/auth/host/guard.authenticator.ts',
    tests: [guardAuthenticator],
    mutants: [
      {
        mistake: 'accepts a user whom the guard refuses',
        find: 'return isPermitted ? ',
        replace: 'return isPermitted || true ? ',
      },
      {
        mistake: 'takes an observable for a permission',
        find: 'isObservable(answer) ? lastValueFrom(answer) : answer',
        replace: 'answer as boolean',
      },
    ],
  },
  {
    file: 'lib/auth/auth-provider.explorer.ts',
    tests: [authProviders],
    mutants: [
      {
        mistake: 'does not look for the guards of authenticators',
        find: 'for (const each of found) if (isConnected(each)) each[CONNECT](findGuard, faults);',
        replace: 'void findGuard;',
      },
    ],
  },
  {
    file: 'lib/passport/passport.authenticator.ts',
    tests: [passportUnits],
    mutants: [
      {
        mistake: 'shares the strategy among requests, so that users are taken for others',
        find: 'Object.assign(Object.create(strategy) as PassportStrategy, actions)',
        replace: 'Object.assign(strategy, actions)',
      },
      { mistake: 'takes a challenge for an error', find: 'fail: refuse', replace: 'fail: reject' },
      { mistake: 'lets a user in whom a strategy redirects', find: 'redirect: refuse', replace: 'redirect: resolve' },
      { mistake: 'asks the strategy of sessions', find: 'name !== SESSION && ', replace: '' },
      {
        mistake: 'starts with a strategy that asks itself',
        find: 'else if (asksTheEngine(strategy)) faults.push(circleOf(this.name));',
        replace: '',
      },
    ],
  },
  {
    file: 'lib/passport/passport.strategy.ts',
    tests: [passportUnits],
    mutants: [
      {
        mistake: 'takes missing credentials for an error',
        find: 'if (error instanceof UnauthenticatedError) return () => this.fail(error.scheme);',
        replace: '',
      },
      {
        mistake: 'accepts whatever an authenticator returns',
        find: 'this.login = (request) => userBy(found, request);',
        replace: 'this.login = async (request) => found.authenticate(request);',
      },
    ],
  },
];
