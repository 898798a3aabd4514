import { describe, expect, it } from '@jest/globals';
import { digestOf, KnownCredentials } from '../../../lib/rate-limits/known.credentials.js';

const ANN = digestOf({ headers: { authorization: 'Bearer ann' } });
const HOUR_MS = 3_600_000;

describe('credentials', () => {
  it('are told apart by the headers that clients repeat', () => {
    const digests = [
      { authorization: 'Bearer ann' },
      { authorization: 'Bearer bob' },
      { cookie: 'Bearer ann' },
      { authorization: 'Bearer ann', cookie: 'a=1' },
    ].map((headers) => digestOf({ headers }));
    expect(new Set(digests).size).toBe(4);
    expect(digestOf({ headers: { authorization: 'Bearer ann', accept: '*/*' } })).toBe(ANN);
  });

  it.each([[{ headers: { 'x-key': 'ann' } }], [{ headers: {} }], [{}], [null], [undefined]])(
    'are none, and never known, for %j',
    (request) => {
      const known = new KnownCredentials();
      known.accepted(digestOf(request));
      expect(digestOf(request)).toBeNull();
      expect(known.includes(null)).toBe(false);
    },
  );

  it('are known for an hour after they were accepted last', () => {
    const known = new KnownCredentials();
    expect(known.includes(ANN, 0)).toBe(false);
    known.accepted(ANN, 0);
    known.accepted(ANN, 1_000);
    expect(known.includes(ANN, HOUR_MS + 999)).toBe(true);
    expect(known.includes(ANN, HOUR_MS + 1_000)).toBe(false);
  });

  it('are not known once they were refused, even if they are accepted again', () => {
    const known = new KnownCredentials();
    known.accepted(ANN, 0);
    known.refused(ANN, 1_000);
    known.accepted(ANN, 2_000);
    expect(known.includes(ANN, 2_000)).toBe(false);
    known.accepted(ANN, HOUR_MS + 1_000);
    expect(known.includes(ANN, HOUR_MS + 1_000)).toBe(true);
  });

  it('that were only refused need no place', () => {
    const known = new KnownCredentials(1);
    known.accepted(ANN, 0);
    known.refused('a guess', 0);
    expect(known.includes(ANN, 0)).toBe(true);
  });
});
