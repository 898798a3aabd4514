import type { MutantsOfFile } from '../../mutant.js';
import { authenticators, authExamples } from '../../specs.js';

/** Differences between authenticators, and between what is documented and what is answered. */
export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/auth/claims.user.ts',
    tests: [authenticators],
    mutants: [
      {
        mistake: 'ignores the roles of a token',
        find: '...(roles !== undefined && { roles: textsIn(roles) }),',
        replace: '',
      },
    ],
  },
  {
    file: 'lib/auth/host/host.login.ts',
    tests: [authenticators],
    mutants: [
      {
        mistake: 'knows nobody without a function that makes the user',
        find: ': (account as TaskerUser);',
        replace: ': null;',
      },
    ],
  },
  {
    file: 'lib/auth/auth.errors.ts',
    tests: [authenticators],
    mutants: [
      {
        mistake: 'refuses without credentials with another status than documented',
        find: 'override readonly httpStatus = 401;',
        replace: 'override readonly httpStatus = 403;',
      },
    ],
  },
  {
    file: 'lib/auth/jwt/discovery.ts',
    tests: [authExamples],
    mutants: [
      {
        mistake: 'finds the keys of no issuer',
        find: 'return url;',
        replace: 'return issuer;',
      },
    ],
  },
  {
    file: 'lib/options/auth.check.ts',
    tests: [authExamples],
    mutants: [{ mistake: "refuses 'none'", find: " || auth === 'none') return [];", replace: ') return [];' }],
  },
];
