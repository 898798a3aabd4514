import type { MutantsOfFile } from '../../mutant.js';
import { introspection, jwtAuthenticator, tokens } from '../../specs.js';

/** Tokens that identify users. */
export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/auth/jwt/jwt.authenticator.ts',
    tests: [jwtAuthenticator],
    mutants: [
      {
        mistake: 'accepts tokens that expire in milliseconds',
        find: 'payload.exp! - payload.iat! <= this.maxLifetimeSeconds ? payload : null',
        replace: 'payload',
      },
      { mistake: 'accepts tokens of the future', find: 'maxTokenAge: maxLifetimeSeconds,', replace: '' },
      { mistake: 'accepts tokens for others', find: 'audience: [audience].flat(),', replace: '' },
      {
        mistake: 'takes any failure for a forged token',
        find: 'if (error instanceof errors.JOSEError) return null;\n      throw error;',
        replace: 'return null;',
      },
    ],
  },
  {
    file: 'lib/auth/jwt/jwt.options.ts',
    tests: [jwtAuthenticator],
    mutants: [
      {
        mistake: 'lets a public key be used as a secret',
        find: 'isSecret(options) ? OF_SECRETS : OF_KEYS',
        replace: '[...OF_SECRETS, ...OF_KEYS]',
      },
      {
        mistake: 'judges a secret by its shortest algorithm',
        find: 'const least = Math.max(',
        replace: 'const least = Math.min(',
      },
    ],
  },
  {
    file: 'lib/auth/jwt/remote.keys.ts',
    tests: [jwtAuthenticator],
    mutants: [
      {
        mistake: 'fetches keys for each unknown key',
        find: 'if (performance.now() - this.triedAt < PAUSE_MS) return false;',
        replace: '',
      },
      {
        mistake: 'forgets the keys when the issuer is out of order',
        find: 'this.fault = error as Error;',
        replace: 'this.fault = error as Error;\n      this.keys = null;',
      },
      {
        mistake: 'uses the last keys for ever',
        find: 'if (this.keys && !isOld) return this.keys;',
        replace: 'if (this.keys) return this.keys;',
      },
      {
        mistake: 'takes what an issuer that is out of order may have signed for forged',
        find: 'if (this.fault) throw this.unavailable();',
        replace: '',
      },
    ],
  },
  {
    file: 'lib/auth/claims.user.ts',
    tests: [jwtAuthenticator, introspection],
    mutants: [
      {
        mistake: 'gives every namespace to a token with a claim of another form',
        find: "claim.every((each) => typeof each === 'string') ? claim : []",
        replace: 'claim.length > 0 ? (claim as string[]) : []',
      },
    ],
  },
  {
    file: 'lib/auth/bearer.token.ts',
    tests: [jwtAuthenticator],
    mutants: [
      {
        mistake: 'reads a token of any length',
        find: ' || authorization.length > MOST_CHARACTERS',
        replace: '',
      },
    ],
  },
  {
    file: 'lib/insight/database.outage.ts',
    tests: [tokens],
    mutants: [
      {
        mistake: 'says nothing of an outage of what knows the users',
        find: 'if (error instanceof OutageError) return error;',
        replace: '',
      },
    ],
  },
  {
    file: 'lib/auth/jwt/discovery.ts',
    tests: [jwtAuthenticator],
    mutants: [
      {
        mistake: 'takes the keys of another issuer',
        find: 'if (described?.issuer !== issuer)',
        replace: 'if (!described)',
      },
      {
        mistake: 'fetches keys that anybody could change',
        find: 'if (!isSafeUrl(url))',
        replace: "if (typeof url !== 'string')",
      },
      { mistake: 'looks beside the description', find: "issuer.replace(/\\/$/, '')", replace: 'issuer' },
    ],
  },
];
