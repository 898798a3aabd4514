import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger, ServiceUnavailableException, UnauthorizedException } from '@nestjs/common';
import { AuthUnavailableError, UnauthenticatedError } from '../../../lib/auth/auth.errors.js';
import { RateLimitedError } from '../../../lib/rate-limits/rate-limits.errors.js';
import { refusalOf } from '../../../lib/graphql/subscriptions/connection.refusal.js';

describe('a client that cannot be authenticated', () => {
  const logged: unknown[] = [];
  beforeEach(() => {
    logged.length = 0;
    for (const level of ['error', 'warn'] as const) {
      jest.spyOn(Logger.prototype, level).mockImplementation((...said: unknown[]) => void logged.push(...said));
    }
  });
  afterEach(() => void jest.restoreAllMocks());

  it('is told so by us, and by the host in its words, as far as there is room for them', () => {
    expect(refusalOf(new UnauthenticatedError())).toEqual({ code: 4403, reason: 'The request is not authenticated.' });
    const { code, reason } = refusalOf(new UnauthorizedException(`Votre clé est périmée.\n${'x'.repeat(200)}`));
    expect(code).toBe(4403);
    expect(reason).toMatch(/^Votre cl\? est p\?rim\?e\.\?x+$/);
    expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123);
    expect(logged).toEqual([]);
  });

  it('may come back later after too many attempts', () => {
    const quota = { name: 'failures', limit: 20, seconds: 60, remaining: 0, endsInSeconds: 7 } as const;
    expect(refusalOf(new RateLimitedError(quota))).toEqual({
      code: 1013,
      reason: expect.stringContaining('too many failed authentications'),
    });
  });

  it.each<[string, Error]>([
    ['the database', Object.assign(new Error('connect ECONNREFUSED 10.1.2.3:5432'), { code: 'ECONNREFUSED' })],
    ['what knows the users', new AuthUnavailableError('the directory at 10.1.2.3 does not answer')],
    ['something of the host', new ServiceUnavailableException('no answer from 10.1.2.3')],
  ])('may come back where a service cannot be reached: %s', (_, away) => {
    const { code, reason } = refusalOf(away);
    expect(code).toBe(1011);
    expect(reason).not.toContain('10.1.2.3');
    expect(logged.join(' ')).toContain('10.1.2.3');
  });

  it('is told nothing of our faults, of which the log tells', () => {
    const { code, reason } = refusalOf(new TypeError('users is not iterable'));
    expect(code).toBe(1011);
    expect(reason).toBe('The server failed to answer the request. Its log has the details.');
    expect(logged.join(' ')).toContain('users is not iterable');
  });
});
