import { describe, expect, it } from '@jest/globals';
import { handlerProblemsOf, withSteps } from './loading.support.js';

const yaml = withSteps(`  - name: cart
    handler: shop.cart
  - handler_class: shop.paymnt
    name: pay
environments:
  test:
    step_templates: [{ name: cart, handler: fake.cart }]`);

describe('handlers that nobody provides', () => {
  it('are told with the place of the key that names them, and with what comes close', () => {
    expect(handlerProblemsOf(yaml, ['shop.cart', 'shop.payment'], { environment: 'production' })).toEqual([
      'task.yaml:5:5 step_templates[1].handler_class: unknown step handler "shop.paymnt"; known: shop.cart, shop.payment. Did you mean "shop.payment"?',
    ]);
  });

  it('are told where the overlay of the environment names them', () => {
    expect(handlerProblemsOf(yaml, ['shop.paymnt'])).toEqual([
      'task.yaml:9:36 environments.test.step_templates[0].handler: unknown step handler "fake.cart"; known: shop.paymnt',
    ]);
  });

  it('come with a hint when there are none at all', () => {
    expect(handlerProblemsOf(withSteps('  - { name: pay, handler: shop.pay }'), [])).toEqual([
      'task.yaml:3:18 step_templates[0].handler: unknown step handler "shop.pay"; known: none. Are the classes marked with @StepHandler in the providers of a module?',
    ]);
  });

  it('are told even for a template that has other problems', () => {
    expect(handlerProblemsOf(withSteps('  - { name: pay, handler: shop.pay, queue: Q }'), ['a', 'b'])).toEqual([
      'task.yaml:3:18 step_templates[0].handler: unknown step handler "shop.pay"; known: a, b',
    ]);
  });

  it('are none when all are known', () => {
    expect(handlerProblemsOf(yaml, ['fake.cart', 'shop.paymnt'])).toEqual([]);
  });
});
