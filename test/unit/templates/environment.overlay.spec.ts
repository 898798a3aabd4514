import { describe, expect, it } from '@jest/globals';
import { applyOverlay, originOf } from '../../../lib/templates/environment.overlay.js';
import { problemsOf, templateOf } from './loading.support.js';

const FULFIL = `
name: fulfil_order
default_dependent_system: warehouse
step_templates:
  - name: load_order
    handler: orders.load
    handler_config: { type: api, url: 'https://shop.example.com', params: { expand: lines }, tags: [a, b] }
  - { name: notify_buyer, handler: orders.notify, depends_on_step: load_order, default_retry_limit: 5 }
environments:
  test:
    default_dependent_system: fake_warehouse
    step_templates:
      - { name: load_order, handler_config: { url: 'http://shop.test', params: { dry_run: true }, tags: [c] } }
  production:
    step_templates:
      - { name: notify_buyer, default_retry_limit: 8 }
`;

describe('the overlay of the current environment', () => {
  it('is none of the document, whether or not there is one', () => {
    const document = { name: 'a', environments: { test: { name: 'b' } } };
    expect(applyOverlay(document, 'test')).toEqual({ name: 'b' });
    expect(applyOverlay(document, 'production')).toEqual({ name: 'a' });
  });

  it('is merged: objects key by key, steps by name, everything else replaced', () => {
    const { steps } = templateOf(FULFIL, { environment: 'test' });
    expect(steps.map(({ name }) => name)).toEqual(['load_order', 'notify_buyer']);
    expect(steps[0]).toMatchObject({
      dependentSystem: 'fake_warehouse',
      handlerConfig: { type: 'api', url: 'http://shop.test', params: { expand: 'lines', dry_run: true }, tags: ['c'] },
    });
    expect(steps[1]).toMatchObject({ dependentSystem: 'fake_warehouse', retryLimit: 5 });
  });

  it('leaves alone what it does not name', () => {
    const { steps } = templateOf(FULFIL, { environment: 'production' });
    expect(steps[0]!.handlerConfig).toMatchObject({ url: 'https://shop.example.com', params: { expand: 'lines' } });
    expect(steps[1]).toMatchObject({ dependentSystem: 'warehouse', retryLimit: 8 });
  });

  it('counts also where it says in another word what the template says', () => {
    const overlaid = FULFIL.replace('notify_buyer, default_retry_limit: 8', 'notify_buyer, retry_limit: 9');
    expect(templateOf(overlaid, { environment: 'production' }).steps[1]).toMatchObject({ retryLimit: 9 });
  });

  it('does nothing in an environment that has none', () => {
    const { steps } = templateOf(FULFIL, { environment: 'development' });
    expect(steps[1]).toMatchObject({ dependentSystem: 'warehouse', retryLimit: 5 });
  });

  it('is not fooled by names that every object has', () => {
    expect(templateOf(FULFIL, { environment: 'constructor' }).steps).toHaveLength(2);
    expect(applyOverlay(JSON.parse('{"a":1,"environments":{"x":{"__proto__":{"b":2}}}}'), 'x')).toEqual(
      JSON.parse('{"a":1,"__proto__":{"b":2}}'),
    );
  });

  it('does not change the document', () => {
    const document = { a: { b: 1 }, environments: { x: { a: { c: 2 } } } };
    applyOverlay(document, 'x');
    expect(document).toEqual({ a: { b: 1 }, environments: { x: { a: { c: 2 } } } });
  });
});

describe('the place of a value of the merged document', () => {
  const document = {
    name: 'order',
    defaults: { queue: 'a' },
    step_templates: [
      { name: 'cart', handler: 'h', custom_events: [{ name: 'a.b' }] },
      { name: 'pay', handler: 'h', queue: 'x' },
    ],
    environments: {
      test: {
        defaults: { priority: 1 },
        schema: { type: 'object' },
        step_templates: [
          { name: 'pay', queue: 'y' },
          { name: 'cart', custom_events: [{}] },
        ],
      },
    },
  };
  const cases: readonly (readonly [string, (string | number)[], (string | number)[]])[] = [
    ['the base, for what only it has', ['defaults', 'queue'], ['defaults', 'queue']],
    ['the overlay, for what it adds', ['defaults', 'priority'], ['environments', 'test', 'defaults', 'priority']],
    [
      'the overlay, for all below what it replaces',
      ['schema', 'type', 'x'],
      ['environments', 'test', 'schema', 'type', 'x'],
    ],
    [
      'the step of the overlay with the same name',
      ['step_templates', 1, 'queue'],
      ['environments', 'test', 'step_templates', 0, 'queue'],
    ],
    [
      'the step of the base, for what the overlay leaves',
      ['step_templates', 1, 'handler'],
      ['step_templates', 1, 'handler'],
    ],
    [
      'the list of the overlay, also for what it lacks',
      ['step_templates', 0, 'custom_events', 0, 'name'],
      ['environments', 'test', 'step_templates', 1, 'custom_events', 0, 'name'],
    ],
    ['the document', [], []],
  ];
  it.each(cases)('is %s', (_, path, origin) => {
    expect(originOf(document, 'test', path)).toEqual(origin);
  });
});

describe('overlays of all environments', () => {
  const order = (overlay: string): string => `
name: order
step_templates:
  - { name: cart, handler: shop.cart }
  - { name: pay, handler: shop.pay, depends_on_step: cart }
environments:
  test: {}
  production:
    ${overlay}`;

  it('are checked for their keys', () => {
    expect(problemsOf(order('step_templates: [{ name: pay, retries: 3 }]'))).toEqual([
      'task.yaml:9:35 environments.production.step_templates[0].retries: is not a known key; known: name, handler, http, description, dependent_system, depends_on, retryable, retry_limit, skippable, handler_config, timeout_seconds, backoff, queue, priority, transactional, limits, custom_events',
    ]);
    expect(problemsOf(order('environments: {}'))).toEqual([
      'task.yaml:9:5 environments.production.environments: is not a known key; known: name, namespace_name, version, description, default_dependent_system, named_steps, schema, defaults, step_templates, custom_events, concurrent, deadline_seconds, sensitive_data',
    ]);
  });

  it('are checked for their values, and a value is told once', () => {
    expect(problemsOf(order('step_templates: [{ name: pay, timeout_seconds: 0 }]'))).toEqual([
      'task.yaml:9:35 environments.production.step_templates[0].timeout_seconds: must be greater than 0, got 0',
    ]);
    expect(problemsOf(order('step_templates: [{ name: pay, custom_events: [{}] }]'))).toEqual([
      'task.yaml:9:51 environments.production.step_templates[0].custom_events[0].name: is required',
    ]);
    expect(problemsOf(order('production'))).toEqual([
      'task.yaml:8:3 environments.production: must be an object, got a string',
    ]);
  });

  it('cannot add steps', () => {
    expect(problemsOf(order('step_templates: [{ name: payment }]'))).toEqual([
      'task.yaml:9:24 environments.production.step_templates[0].name: unknown step "payment"; known: cart, pay',
    ]);
    expect(problemsOf(order('step_templates: [{ queue: mail }]'))).toEqual([
      'task.yaml:9:22 environments.production.step_templates[0].name: is required',
    ]);
  });

  it('cannot name a step twice', () => {
    expect(problemsOf(order('step_templates: [{ name: pay, queue: a }, { name: pay, queue: b }]'))).toEqual([
      'task.yaml:9:49 environments.production.step_templates[1].name: this overlay already has a step "pay"',
    ]);
  });

  it('are checked for what the merge makes of them', () => {
    expect(problemsOf(order('step_templates: [{ name: cart, depends_on_step: pay }]'))).toEqual([
      'task.yaml:9:36 environments.production.step_templates[0].depends_on_step: steps depend on each other in a cycle: cart → pay → cart',
    ]);
    expect(problemsOf(order('named_steps: [cart]'))).toEqual([
      'task.yaml:5:7 step_templates[1].name: not in named_steps: unknown step "pay"; known: cart (in environment "production")',
    ]);
    expect(problemsOf(order('schema: { type: objekt }'))).toEqual([
      'task.yaml:9:15 environments.production.schema.type: must be one of array, boolean, integer, null, number, object, string',
    ]);
  });

  it('do not tell again what is wrong without them', () => {
    expect(problemsOf(order('description: x').replace('name: order', 'name: 7'))).toEqual([
      'task.yaml:2:1 name: must be a string, got a number',
    ]);
  });
});
