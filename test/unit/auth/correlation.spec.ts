import { describe, expect, it } from '@jest/globals';
import { correlationIdOf } from '../../../lib/auth/correlation.js';

describe('the correlation id of a request', () => {
  it('is what the caller says, where that is safe to repeat', () => {
    const asked = (id: unknown): string => correlationIdOf({ headers: { 'x-correlation-id': id } });
    expect(asked('order-17')).toBe('order-17');
    for (const unsafe of ['', 'a b', 'a\nb', 'x'.repeat(129), ['a', 'b']])
      expect(asked(unsafe)).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('is one for the request, whoever asks, and another for another request', () => {
    const [one, other] = [{ headers: {} }, {}];
    const id = correlationIdOf(one);
    expect(correlationIdOf(one)).toBe(id);
    expect(correlationIdOf(other)).not.toBe(id);
    expect(correlationIdOf({ headers: {}, raw: one })).toBe(id); // of Fastify
  });
});
