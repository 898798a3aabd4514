import { describe, expect, it } from '@jest/globals';
import { defineTask, type } from '../../../lib/templates/define-task.js';
import type { ContextOf, ParentResultsOf, StepNameOf } from '../../../lib/templates/define-task.js';
import { loadTemplates } from '../../../lib/templates/template.loader.js';
import type { TaskDefinition } from '../../../lib/workflow/task-definition.js';
import type { JsonValue } from '../../../lib/workflow/json.js';
import { onlyTemplate, problemsOfSources, SETTINGS, templateOf } from './loading.support.js';

interface OrderContext {
  readonly cartId: number;
}
interface CartTotals {
  readonly total: number;
}

const processOrder = defineTask({
  namespace: 'shop',
  name: 'process_order',
  version: '1.2.0',
  context: type<OrderContext>(),
})
  .step('validate_cart', { handler: 'shop.validate_cart', returns: type<CartTotals>() })
  .step('reserve', { handler: 'shop.reserve', dependsOn: ['validate_cart'], returns: type<{ ids: string[] }>() })
  .step('pay', { handler: 'shop.pay', dependsOn: ['validate_cart'] })
  .step('confirm', { handler: 'shop.confirm', dependsOn: ['reserve', 'pay'] });

/** True exactly when each of the two types may stand for the other. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

describe('a task defined in TypeScript', () => {
  it('is the same document as in YAML', () => {
    const definition = defineTask({
      namespace: 'shop',
      name: 'order',
      version: '1.0.0',
      description: 'From cart to parcel',
      defaultDependentSystem: 'warehouse',
      contextSchema: { type: 'object', required: ['cartId'] },
      defaults: { retryable: false, retryLimit: 4, timeoutSeconds: 9, backoff: 'none', queue: 'slow', priority: 1 },
      environments: { test: { step_templates: [{ name: 'pay', queue: 'test' }] } },
      customEvents: [{ name: 'order.seen' }],
    })
      .step('cart', { handler: 'shop.cart' })
      .step('pay', {
        handler: 'shop.pay',
        dependsOn: ['cart'],
        description: 'Charges the card',
        dependentSystem: 'psp',
        retryable: true,
        retryLimit: 7,
        skippable: true,
        handlerConfig: { apiKey: '${KEY:-none}' },
        timeoutSeconds: 1,
        backoff: { baseSeconds: 1, factor: 3, maxSeconds: 60, jitter: 0 },
        queue: 'fast',
        priority: -1,
        customEvents: [{ name: 'order.paid', description: 'Paid' }],
      });
    const yaml = `
namespace_name: shop
name: order
version: 1.0.0
description: From cart to parcel
default_dependent_system: warehouse
schema: { type: object, required: [cartId] }
defaults: { retryable: false, retry_limit: 4, timeout_seconds: 9, backoff: none, queue: slow, priority: 1 }
environments: { test: { step_templates: [{ name: pay, queue: test }] } }
custom_events: [{ name: order.seen }]
step_templates:
  - { name: cart, handler: shop.cart }
  - name: pay
    handler: shop.pay
    depends_on_steps: [cart]
    description: Charges the card
    dependent_system: psp
    default_retryable: true
    default_retry_limit: 7
    skippable: true
    handler_config: { apiKey: '\${KEY:-none}' }
    timeout_seconds: 1
    backoff: { base_seconds: 1, factor: 3, max_seconds: 60, jitter: 0 }
    queue: fast
    priority: -1
    custom_events: [{ name: order.paid, description: Paid }]`;
    expect(onlyTemplate(loadTemplates([definition], SETTINGS))).toEqual(templateOf(yaml));
  });

  it('never changes: each step makes a new one', () => {
    const empty = defineTask({ name: 'empty' });
    empty.step('a', { handler: 'h' });
    expect(empty.document).toEqual({ name: 'empty', step_templates: [] });
  });

  it('has its problems told under its name', () => {
    const wrong = defineTask({ namespace: 'shop', name: 'order', version: '1' }).step('pay', {
      handler: '',
      retryLimit: 0,
    });
    expect(problemsOfSources([wrong, { document: {} }])).toEqual([
      'defineTask shop/order@1 version: must be a semantic version such as 1.2.0 or 2.0.0-beta.1',
      'defineTask shop/order@1 step_templates[0].handler: must not be empty',
      'defineTask shop/order@1 step_templates[0].retry_limit: must be at least 1, got 0',
      'defineTask (no name) name: is required',
      'defineTask (no name) step_templates: is required',
    ]);
  });

  it('has its unknown options reported, at every level, as YAML has its keys', () => {
    const limits = { concurrency: 1, burst: 2 } as never;
    const backoff = { baseSeconds: 1, base: 2 } as never;
    const head = { name: 'a', retries: 1, defaults: { retrylimit: 2 } } as never;
    const http = { url: 'https://psp.example/', accepted: [404] } as never;
    const wrong = defineTask(head)
      .step('b', { handler: 'h', timeout: 3, limits, backoff } as never)
      .step('c', { http })
      .step('d', { handler: 'h', customEvents: [{ name: 'a.b', desc: 'x' }] } as never);
    const places = problemsOfSources([wrong]).map(
      (problem) => /^defineTask \S+ (\S+): is not a known key/.exec(problem)?.[1],
    );
    expect(places.toSorted()).toEqual([
      'defaults.retrylimit',
      'retries',
      'step_templates[0].backoff.base',
      'step_templates[0].limits.burst',
      'step_templates[0].timeout',
      'step_templates[1].http.accepted',
      'step_templates[2].custom_events[0].desc',
    ]);
  });

  it('cannot hold what is not JSON', () => {
    const config = { at: new Date(0), run: (): void => undefined } as never;
    expect(problemsOfSources([defineTask({ name: 'a' }).step('b', { handler: 'h', handlerConfig: config })])).toEqual([
      'defineTask default/a@0.1.0 step_templates[0].handler_config.at: must be a JSON value, got a Date',
      'defineTask default/a@0.1.0 step_templates[0].handler_config.run: must be a JSON value, got a function',
    ]);
  });

  it('may not be the same as one in YAML', () => {
    const a = defineTask({ name: 'a' });
    expect(problemsOfSources([a, defineTask({ name: 'a' })])).toEqual([
      'defineTask default/a@0.1.0 name: default/a@0.1.0 is already defined at defineTask default/a@0.1.0',
    ]);
    expect(problemsOfSources([a, a])).toEqual([]);
  });
});

describe('the compiler', () => {
  it('knows the context and the names of the steps', () => {
    expect<Same<ContextOf<typeof processOrder>, OrderContext>>(true).toBe(true);
    const names: StepNameOf<typeof processOrder>[] = ['validate_cart', 'reserve', 'pay', 'confirm'];
    // @ts-expect-error no step has that name
    names.push('nothing');
    expect(processOrder.document.name).toBe('process_order');
  });

  it('knows what a step finds in its results: those of its parents, and no others', () => {
    type OfPay = ParentResultsOf<typeof processOrder, 'pay'>;
    expect<Same<OfPay, { readonly validate_cart: CartTotals }>>(true).toBe(true);
    type OfConfirm = ParentResultsOf<typeof processOrder, 'confirm'>;
    expect<Same<OfConfirm, { readonly reserve: { ids: string[] }; readonly pay: JsonValue }>>(true).toBe(true);

    type OfRoot = ParentResultsOf<typeof processOrder, 'validate_cart'>;
    expect<Same<keyof OfRoot, never>>(true).toBe(true);

    const results: OfConfirm = { reserve: { ids: ['1'] }, pay: null };
    // @ts-expect-error 'validate_cart' is a grandparent of 'confirm', not a parent
    expect(results.validate_cart).toBeUndefined();
  });

  it('refuses dependencies on steps that do not come earlier', () => {
    const task = defineTask({ name: 'a' }).step('first', { handler: 'h' });
    // @ts-expect-error no earlier step is named 'second'
    task.step('second', { handler: 'h', dependsOn: ['second'] });
    // @ts-expect-error a first step has none to depend on
    defineTask({ name: 'a' }).step('first', { handler: 'h', dependsOn: ['other'] });
    expect(task.step('second', { handler: 'h', dependsOn: ['first'] }).document.step_templates).toHaveLength(2);
  });

  it('refuses misspelt and mistyped options', () => {
    // @ts-expect-error the option is called retryLimit
    defineTask({ name: 'a' }).step('b', { handler: 'h', retries: 3 });
    // @ts-expect-error a handler and a request exclude each other
    defineTask({ name: 'a' }).step('b', { handler: 'h', http: { url: 'https://psp.example/' } });
    // @ts-expect-error a name is needed
    expect(defineTask({ namespace: 'x' }).document).toEqual({ namespace_name: 'x', step_templates: [] });
  });

  it('takes a definition wherever any template may stand', () => {
    const sources: TaskDefinition[] = [processOrder];
    const typed: TaskDefinition<OrderContext, { readonly validate_cart: CartTotals }> = processOrder;
    expect([...sources, typed]).toHaveLength(2);
  });
});
