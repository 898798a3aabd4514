import type { MutantsOfFile } from '../../mutant.js';
import { introspectedTokens, introspection } from '../../specs.js';

/** Opaque tokens, about which a provider is asked. */
export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/auth/openid/introspection.answer.ts',
    tests: [introspection],
    mutants: [
      {
        mistake: 'takes whatever is not false for active',
        find: 'if (active !== true) throw',
        replace: 'if (!active) throw',
      },
      { mistake: 'keeps tokens after their end', find: 'exp * 1_000 <= Date.now() || ', replace: '' },
      { mistake: 'accepts tokens before their time', find: ' || nbf * 1_000 > Date.now() + TOLERANCE_MS', replace: '' },
      { mistake: 'accepts tokens of others', find: 'iss !== undefined && iss !== issuer', replace: 'iss === null' },
      {
        mistake: 'accepts tokens for others',
        find: 'audiences !== null && ![aud].flat()',
        replace: 'audiences !== null && aud !== undefined && ![aud].flat()',
      },
      { mistake: 'is content with one of the scopes', find: 'scopes.every(', replace: 'scopes.some(' },
      { mistake: 'accepts a bound token without its key', find: ' && cnf === undefined', replace: '' },
    ],
  },
  {
    file: 'lib/auth/openid/introspection.endpoint.ts',
    tests: [introspection, introspectedTokens],
    mutants: [
      {
        mistake: 'lets an odd token keep everybody out',
        find: 'error instanceof RemoteAnswerError && !FOR_ALL.includes(error.status)',
        replace: 'false && error instanceof RemoteAnswerError',
      },
      { mistake: 'asks a provider that is overloaded', find: '429, ', replace: '' },
      { mistake: 'does not encode its credentials', find: '.map(formEncoded)', replace: '' },
    ],
  },
  {
    file: 'lib/auth/openid/introspection.authenticator.ts',
    tests: [introspection],
    mutants: [
      { mistake: 'tells a provider the secrets of API tokens', find: ' || partsOfToken(token)', replace: '' },
      { mistake: 'asks once for each request', find: 'this.asking.set(key, asking);', replace: '' },
      {
        mistake: 'asks again and again about an odd token',
        find: 'this.others.set(key, refusal(error as Error), performance.now() + FAULT_MS);',
        replace: 'void refusal;',
      },
      {
        mistake: 'does not check again what a kept answer says',
        find: 'if (!claims || !isUsable(claims, this.rules)) return null;',
        replace: 'if (!claims || (this.cacheMs < 300_000 && !isUsable(claims, this.rules))) return null;',
      },
    ],
  },
  {
    file: 'lib/auth/openid/remote.service.ts',
    tests: [introspection],
    mutants: [
      {
        mistake: 'asks a service that has just failed',
        find: 'performance.now() - this.failedAt < PAUSE_MS',
        replace: 'PAUSE_MS < 0',
      },
      { mistake: 'logs each failure', find: 'if (!this.fault)\n', replace: '\n' },
    ],
  },
  {
    file: 'lib/auth/jwt/remote.json.ts',
    tests: [introspection],
    mutants: [
      { mistake: 'follows redirects', find: "redirect: 'error',", replace: '' },
      { mistake: 'reads without end', find: 'if (bytes > MOST_BYTES)', replace: 'if (MOST_BYTES < 0)' },
      { mistake: 'waits without end', find: 'signal: AbortSignal.timeout(TIMEOUT_MS),', replace: '' },
      {
        mistake: 'quotes answers in the log',
        find: "throw new RemoteAnswerError(status, 'the answer is not JSON');",
        replace: 'throw new RemoteAnswerError(status, `the answer is not JSON: ${text}`);',
      },
    ],
  },
];
