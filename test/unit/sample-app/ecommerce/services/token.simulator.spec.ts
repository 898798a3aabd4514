import { describe, expect, it } from '@jest/globals';
import { TokenSimulator } from '../../../../../sample-app/ecommerce/services/token.simulator.js';

const TOKENS = Array.from({ length: 2_000 }, (_, index) => `tok_${index}`);
const declinedBy = (simulator: TokenSimulator): string[] =>
  TOKENS.filter((token) => simulator.verdict(token).status !== 'succeeded');

describe('the token simulator', () => {
  it.each([
    ['test_success_x', 'succeeded'],
    ['test_insufficient_x', 'insufficient_funds'],
    ['test_invalid_x', 'invalid_card'],
    ['test_timeout_x', 'gateway_timeout'],
    ['test_rate_limit_x', 'rate_limited'],
    ['test_temp_fail_x', 'temporary_failure'],
  ])('answers the token %s with %s', (token, status) => {
    expect(new TokenSimulator().verdict(token).status).toBe(status);
  });

  it('accepts the token of the sample order', () => {
    expect(new TokenSimulator().verdict('tok_visa_valid')).toMatchObject({ status: 'succeeded', card_brand: 'visa' });
  });

  it('declines about one other token in twenty, and always the same ones', () => {
    const declined = declinedBy(new TokenSimulator());
    expect(declined.length / TOKENS.length).toBeCloseTo(0.05, 1);
    expect(declinedBy(new TokenSimulator())).toEqual(declined);
  });

  it('declines others with another seed', () => {
    const reseeded = Object.assign(new TokenSimulator(), { seed: 'another' });
    expect(declinedBy(reseeded)).not.toEqual(declinedBy(new TokenSimulator()));
  });
});
