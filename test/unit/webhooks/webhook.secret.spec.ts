import { describe, expect, it } from '@jest/globals';
import { newSecret, secretFault, signatureOf } from '../../../lib/webhooks/webhook.secret.js';

describe('the secret of a webhook', () => {
  it('signs as the example of the Standard Webhooks libraries', () => {
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const body = '{"test": 2432232314}';
    expect(signatureOf(secret, 'msg_p5jXN8AQM9LWM0D4loKWxJek', '1614265330', body)).toBe(
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    );
  });

  it('is a new one each time, which is one that may be given', () => {
    const secrets = Array.from({ length: 20 }, newSecret);
    expect(new Set(secrets).size).toBe(20);
    expect(secrets.map(secretFault)).toEqual(secrets.map(() => null));
  });

  it.each([
    'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    'whsec_',
    `whsec_${Buffer.alloc(23).toString('base64')}`,
    `whsec_${Buffer.alloc(65).toString('base64')}`,
    'whsec_MfKQ9r8GKYqr!wjUPD8ILPZIo2LaLaSwMfKQ9r8GKYqr',
    7,
    null,
  ])('is not %s', (secret) => {
    expect(secretFault(secret)).toMatch(/^must be whsec_/);
  });
});
