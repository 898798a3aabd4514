import { describe, expect, it } from '@jest/globals';
import { SETTINGS, templateOf, withSteps } from './loading.support.js';

const stepOf = (lines: string, head = ''): ReturnType<typeof templateOf>['steps'][number] =>
  templateOf(`${head}\n${withSteps(`  - name: pay\n    handler: shop.pay\n    ${lines}`)}`).steps[0]!;

describe('a template that says as little as possible', () => {
  it('gets every default', () => {
    expect(templateOf(withSteps('  - { name: pay, handler: shop.pay }'))).toEqual({
      namespace: 'default',
      name: 'order',
      version: '0.1.0',
      description: '',
      deadlineSeconds: null,
      contextSchema: null,
      steps: [
        {
          name: 'pay',
          description: 'pay',
          dependentSystem: 'unknown',
          handler: 'shop.pay',
          handlerConfig: {},
          dependsOn: [],
          retryable: true,
          retryLimit: 3,
          skippable: false,
          timeoutSeconds: 300,
          backoff: { baseSeconds: 1, factor: 2, maxSeconds: 300, jitter: 0.1 },
          queue: 'default',
          priority: 0,
          transactional: false,
          limits: null,
          customEvents: [],
        },
      ],
    });
  });

  it('may have no steps', () => {
    expect(templateOf('name: nothing\nstep_templates: []').steps).toEqual([]);
  });
});

describe('a template that says everything', () => {
  it('is what it says', () => {
    const yaml = `
name: order
namespace_name: shop
version: 2.0.0-beta.1
description: From cart to parcel
default_dependent_system: warehouse
named_steps: [cart, pay]
concurrent: true
task_handler_class: OrderTask
module_namespace: Shop
schema: { type: object, properties: { id: { type: integer } } }
custom_events: [{ name: order.seen, description: Seen }, { name: order.paid }]
step_templates:
  - name: cart
    handler: shop.cart
  - name: pay
    handler_class: Shop::Pay
    description: Charges the card
    dependent_system: psp
    depends_on_step: cart
    depends_on_steps: [cart]
    default_retryable: false
    default_retry_limit: 7
    skippable: true
    handler_config: { retry_backoff: exponential }
    timeout_seconds: 0.5
    backoff: { base_seconds: 2, factor: 3, max_seconds: 60, jitter: 0 }
    queue: money.fast_1-a
    priority: -5
    custom_events: [{ name: order.paid, description: Paid in full }]`;
    expect(templateOf(yaml)).toMatchObject({
      namespace: 'shop',
      name: 'order',
      version: '2.0.0-beta.1',
      description: 'From cart to parcel',
      contextSchema: { type: 'object', properties: { id: { type: 'integer' } } },
      steps: [
        {
          name: 'cart',
          dependentSystem: 'warehouse',
          customEvents: [
            { name: 'order.seen', description: 'Seen' },
            { name: 'order.paid', description: '' },
          ],
        },
        {
          name: 'pay',
          description: 'Charges the card',
          dependentSystem: 'psp',
          handler: 'Shop::Pay',
          handlerConfig: { retry_backoff: 'exponential' },
          dependsOn: ['cart'],
          retryable: false,
          retryLimit: 7,
          skippable: true,
          timeoutSeconds: 0.5,
          backoff: { baseSeconds: 2, factor: 3, maxSeconds: 60, jitter: 0 },
          queue: 'money.fast_1-a',
          priority: -5,
          customEvents: [
            { name: 'order.seen', description: 'Seen' },
            { name: 'order.paid', description: 'Paid in full' },
          ],
        },
      ],
    });
  });

  it('may use anchors', () => {
    const yaml = withSteps(
      '  - { name: a, handler: h, backoff: &slow { base_seconds: 9 } }\n  - { name: b, handler: h, backoff: *slow }',
    );
    expect(templateOf(yaml).steps.map(({ backoff }) => backoff.baseSeconds)).toEqual([9, 9]);
  });
});

describe('what holds for a step', () => {
  const defaults =
    'defaults: { retryable: false, retry_limit: 9, timeout_seconds: 60, queue: slow, priority: 4, backoff: { base_seconds: 5 } }';
  const { backoff } = SETTINGS.steps;

  it('comes from the defaults of its task when it says nothing itself', () => {
    expect(stepOf('', defaults)).toMatchObject({
      retryable: false,
      retryLimit: 9,
      timeoutSeconds: 60,
      queue: 'slow',
      priority: 4,
      backoff: { ...backoff, baseSeconds: 5 },
    });
  });

  it('is what it says itself before the defaults of its task', () => {
    const own =
      'default_retryable: true\n    default_retry_limit: 2\n    timeout_seconds: 1\n    queue: fast\n    priority: 0';
    expect(stepOf(own, defaults)).toMatchObject({
      retryable: true,
      retryLimit: 2,
      timeoutSeconds: 1,
      queue: 'fast',
      priority: 0,
    });
  });

  it('has a timeout from its configuration when it sets none itself', () => {
    expect(stepOf('handler_config: { timeout_seconds: 12 }', defaults).timeoutSeconds).toBe(12);
    expect(stepOf('handler_config: { timeout_seconds: 12 }\n    timeout_seconds: 7').timeoutSeconds).toBe(7);
  });

  it('has a backoff that is merged value by value', () => {
    expect(stepOf('backoff: { factor: 3 }', defaults).backoff).toEqual({ ...backoff, baseSeconds: 5, factor: 3 });
  });

  it('has the backoff of the host when it asks for exponential', () => {
    expect(stepOf('backoff: exponential', defaults).backoff).toEqual(backoff);
  });

  it('waits for nothing when it asks for none, but still caps what its handler asks for', () => {
    expect(stepOf('backoff: none').backoff).toEqual({ baseSeconds: 0, factor: 1, maxSeconds: 300, jitter: 0 });
  });
});

describe('a compiled template', () => {
  it('cannot be changed', () => {
    const template = templateOf(withSteps('  - { name: pay, handler: h, handler_config: { deep: { list: [1] } } }'));
    const config = template.steps[0]!.handlerConfig as { deep: { list: number[] } };
    expect(() => config.deep.list.push(2)).toThrow(TypeError);
    expect(() => Object.assign(template, { name: 'x' })).toThrow(TypeError);
  });
});
