import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  UnknownMockMethodError,
  UnknownMockServiceError,
} from '../../../../../sample-app/ecommerce/services/mock.errors.js';
import { NetworkError } from '../../../../../sample-app/ecommerce/services/payment.errors.js';
import { NOW, outsideWorld } from '../shop.factory.js';

let world: ReturnType<typeof outsideWorld>;

beforeEach(() => {
  world = outsideWorld();
});

const verify = (token = 't') => world.payment.verifyPaymentMethod({ method: 'credit_card', token });

describe('a mock service', () => {
  it('answers as it does by default', async () => {
    expect(await verify()).toMatchObject({ valid: true });
  });

  it('answers what it was told to', async () => {
    world.payment.stubResponse('verifyPaymentMethod', { valid: false });
    expect(await verify()).toEqual({ valid: false });
  });

  it('fails for ever, with a message that names the method', async () => {
    world.payment.stubFailure('verifyPaymentMethod');
    await expect(verify()).rejects.toThrow('payment.verifyPaymentMethod');
    await expect(verify()).rejects.toThrow('payment.verifyPaymentMethod');
  });

  it('fails exactly as often as it was told to', async () => {
    world.payment.stubFailure('verifyPaymentMethod', NetworkError, 'gone', { failCount: 2 });
    await expect(verify()).rejects.toThrow(NetworkError);
    await expect(verify()).rejects.toThrow('gone');
    expect(await verify()).toMatchObject({ valid: true });
  });

  it('fails only the calls it was told to', async () => {
    world.payment.stubFailure('verifyPaymentMethod', NetworkError, 'gone', {
      when: ({ token }: { token: string }) => token === 'bad',
    });
    expect(await verify('good')).toMatchObject({ valid: true });
    await expect(verify('bad')).rejects.toThrow(NetworkError);
  });

  it('waits first, then fails, and only then answers', async () => {
    world.payment.stubDelay('verifyPaymentMethod', 5);
    world.payment.stubFailure('verifyPaymentMethod', NetworkError, 'gone', { failCount: 1 });
    world.payment.stubResponse('verifyPaymentMethod', { valid: false });
    await expect(verify()).rejects.toThrow(NetworkError);
    expect(world.clock.waits).toEqual([5]);
    expect(await verify()).toEqual({ valid: false });
  });

  it('may wait when the effect is made and only the answer is missing', async () => {
    const request = { amount: 10, method: 'paypal', token: 'test_success_1', idempotency_key: 'k', reference: 'r' };
    world.payment.stubDelay('processPayment', 5, { afterEffect: true });
    world.clock.wait = async () => {
      expect(await world.ledger.entriesFor('r')).toHaveLength(1);
    };
    await world.payment.processPayment(request);
    expect.assertions(1);
  });

  it('logs every call, the failed ones too', async () => {
    world.payment.stubFailure('verifyPaymentMethod', NetworkError, 'gone', { failCount: 1 });
    await expect(verify('first')).rejects.toThrow(NetworkError);
    await verify('second');
    expect(world.payment.called('verifyPaymentMethod')).toBe(true);
    expect(world.payment.called('refundPayment')).toBe(false);
    expect(world.payment.callCount('verifyPaymentMethod')).toBe(2);
    expect(world.payment.lastCall('verifyPaymentMethod')).toEqual({
      service: 'payment',
      method: 'verifyPaymentMethod',
      args: { method: 'credit_card', token: 'second' },
      timestamp: NOW,
    });
  });

  it('forgets its log alone, or everything it was told', async () => {
    world.payment.stubResponse('verifyPaymentMethod', { valid: false });
    await verify();
    world.payment.clearLog();
    expect(world.payment.callLog).toEqual([]);
    expect(await verify()).toEqual({ valid: false });
    world.payment.reset();
    expect(world.payment.callLog).toEqual([]);
    expect(await verify()).toMatchObject({ valid: true });
  });

  it.each(['proccessPayment', 'handleResponse', 'reset', 'constructor'])('has no method %s to stub', (method) => {
    for (const stub of [
      () => world.payment.stubFailure(method),
      () => world.payment.stubResponse(method, {}),
      () => world.payment.stubDelay(method, 1),
      () => world.payment.callCount(method),
    ]) {
      expect(stub).toThrow(UnknownMockMethodError);
    }
  });
});

describe('all mock services together', () => {
  it('are told what fails in one go', async () => {
    world.all.configureFailures({
      payment: { verifyPaymentMethod: true, refundPayment: false },
      email: { sendWelcome: true },
    });
    await expect(verify()).rejects.toThrow();
    await expect(world.email.sendWelcome({ to: 'a@b.c' })).rejects.toThrow();
    expect(await world.payment.refundPayment({ payment_id: 'p' })).toMatchObject({ status: 'succeeded' });
  });

  it('refuse a failure of something that does not exist', () => {
    expect(() => world.all.configureFailures({ paymnet: {} })).toThrow(UnknownMockServiceError);
    expect(() => world.all.configureFailures({ payment: { explode: true } })).toThrow(UnknownMockMethodError);
  });

  it('merge their logs by time and forget them together', async () => {
    world.clock.now = () => new Date(2_000);
    await world.email.sendWelcome({ to: 'a@b.c' });
    world.clock.now = () => new Date(1_000);
    await verify();
    expect(world.all.getCallLog().map(({ service }) => service)).toEqual(['payment', 'email']);
    world.all.resetAllMocks();
    expect(world.all.getCallLog()).toEqual([]);
  });
});
