import { describe, expect, it } from '@jest/globals';
import { defineTask } from '../../../lib/templates/define-task.js';
import {
  handlerProblemsOf,
  onlyTemplate,
  problemsOf,
  problemsOfSources,
  SETTINGS,
  templateOf,
} from './loading.support.js';
import { withSteps } from './loading.support.js';
import { loadTemplates } from '../../../lib/templates/template.loader.js';

const cart = '  - { name: cart, handler: shop.cart }\n';
/** Its `http` begins at line 6. */
const step = (http: string, more = ''): string =>
  withSteps(`${cart}  - name: pay\n    depends_on_step: cart\n    http: ${http}${more}`);
const PLACE = 'task.yaml:6';
const KNOWN = 'context, results, task.id, step.name, idempotency_key';
const KEYS = 'method, url, query, headers, body, accepted_statuses, retryable_statuses, redirects, idempotency_header';

describe('a step with http', () => {
  it('has the built-in handler, which is given the request', () => {
    const http = '{ method: POST, url: "https://a/{{ results.cart.id }}", body: { a: 1 }, accepted_statuses: [409] }';
    expect(templateOf(step(http)).steps[1]).toMatchObject({
      handler: 'tasker.http',
      handlerConfig: {
        method: 'POST',
        url: 'https://a/{{ results.cart.id }}',
        body: { a: 1 },
        accepted_statuses: [409],
      },
      timeoutSeconds: 300,
    });
  });

  it('is no mention of a handler that somebody must provide', () => {
    expect(handlerProblemsOf(step('{ url: https://a/b }'), ['shop.cart', 'tasker.http'])).toEqual([]);
  });

  it('can be changed by an overlay, which is checked with it', () => {
    const overlay = (http: string): string =>
      step(
        '{ url: https://a/b, method: PUT }',
        `\nenvironments:\n  test:\n    step_templates: [{ name: pay, http: ${http} }]`,
      );
    expect(templateOf(overlay('{ url: https://c/d }')).steps[1]!.handlerConfig).toEqual({
      url: 'https://c/d',
      method: 'PUT',
    });
    expect(problemsOf(overlay('{ url: "https://c/{{ results.other }}" }'))).toEqual([
      'task.yaml:9:43 environments.test.step_templates[0].http.url: {{ results.other }}: not among depends_on: unknown step "other"; known: cart',
    ]);
  });

  it('has its variables checked and kept', () => {
    const yaml = step('{ url: "${BASE}/x", headers: { key: "${KEY}" } }');
    expect(problemsOf(yaml, { variables: { BASE: 'https://a' } })).toEqual([
      `${PLACE}:42 step_templates[1].http.headers.key: the variable "KEY" is not set; set it, or give it a default: \${KEY:-value}`,
    ]);
    expect(templateOf(yaml, { variables: { BASE: 'https://a', KEY: 'k' } }).steps[1]!.handlerConfig).toMatchObject({
      url: '${BASE}/x',
    });
  });

  it('may be written in TypeScript', () => {
    const task = defineTask({ name: 'order' }).step('pay', {
      http: {
        url: 'https://a/b',
        query: { q: 'x' },
        acceptedStatuses: [409],
        retryableStatuses: [404],
        redirects: 'any',
        idempotencyHeader: false,
      },
      timeoutSeconds: 5,
    });
    expect(onlyTemplate(loadTemplates([task], SETTINGS)).steps[0]).toMatchObject({
      handler: 'tasker.http',
      handlerConfig: {
        url: 'https://a/b',
        query: { q: 'x' },
        accepted_statuses: [409],
        retryable_statuses: [404],
        redirects: 'any',
        idempotency_header: false,
      },
      timeoutSeconds: 5,
    });
    // @ts-expect-error a step has one of the two
    const both = defineTask({ name: 'order' }).step('pay', { handler: 'shop.pay', http: { url: 'https://a/b' } });
    expect(problemsOfSources([both])).toEqual([
      'defineTask default/order@0.1.0 step_templates[0]: must not have "handler", "handler_class" or "handler_config" beside "http", which is all that such a step does',
    ]);
  });
});

describe('a step with a malformed http', () => {
  it.each([
    ['no object', 'fast', '5 step_templates[1].http: must be an object, got a string'],
    ['no URL', '{ method: GET }', '5 step_templates[1].http.url: is required'],
    ['an empty URL', '{ url: "" }', '13 step_templates[1].http.url: must not be empty'],
    [
      'a misspelt key',
      '{ url: https://a/b, header: { a: b } }',
      `31 step_templates[1].http.header: is not a known key; known: ${KEYS}. Did you mean "headers"?`,
    ],
    [
      'an unknown method',
      '{ url: https://a/b, method: post }',
      '31 step_templates[1].http.method: must be one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
    ],
    [
      'a query of objects',
      '{ url: https://a/b, query: { a: {} } }',
      '40 step_templates[1].http.query.a: must be a string or a number or true or false or a list or null, got an object',
    ],
    [
      'a list of lists in its query',
      '{ url: https://a/b, query: { a: [[]] } }',
      '44 step_templates[1].http.query.a[0]: must be a string or a number or true or false, got a list',
    ],
    [
      'a header that is a list',
      '{ url: https://a/b, headers: { a: [] } }',
      '42 step_templates[1].http.headers.a: must be a string or a number or true or false, got a list',
    ],
    [
      'a header with a space in its name',
      '{ url: https://a/b, headers: { a b: c } }',
      '42 step_templates[1].http.headers.a b: has a name that is not that of a header',
    ],
    [
      'an accepted status that is none',
      '{ url: https://a/b, accepted_statuses: [99] }',
      '51 step_templates[1].http.accepted_statuses[0]: must be at least 300, got 99',
    ],
    [
      'an accepted status that is text',
      '{ url: https://a/b, accepted_statuses: ["409"] }',
      '51 step_templates[1].http.accepted_statuses[0]: must be a whole number, got a string',
    ],
    [
      'a status both accepted and tried again',
      '{ url: https://a/b, accepted_statuses: [409], retryable_statuses: [404, 409] }',
      '83 step_templates[1].http.retryable_statuses[1]: must not be in accepted_statuses as well: 409',
    ],
    [
      'redirects of a kind that there is not',
      '{ url: https://a/b, redirects: all }',
      '31 step_templates[1].http.redirects: must be one of origin, any, none',
    ],
    [
      'idempotency_header: true',
      '{ url: https://a/b, idempotency_header: true }',
      '31 step_templates[1].http.idempotency_header: must be the name of a header, or false for none',
    ],
    [
      'an idempotency_header with spaces',
      '{ url: https://a/b, idempotency_header: a b }',
      '31 step_templates[1].http.idempotency_header: must be the name of a header, or false for none',
    ],
    [
      'a path for a URL',
      '{ url: /charges }',
      '13 step_templates[1].http.url: must be an absolute http or https URL, such as https://api.example.com/orders',
    ],
    [
      'another protocol',
      '{ url: "file:///etc/passwd" }',
      '13 step_templates[1].http.url: must be an absolute http or https URL, such as https://api.example.com/orders',
    ],
    [
      'a password in its URL',
      '{ url: "https://me:secret@a/b" }',
      '13 step_templates[1].http.url: must not contain a user name or password; use a header',
    ],
  ])('says so: %s', (_, http, problem) => {
    expect(problemsOf(step(http))).toEqual([`${PLACE}:${problem}`]);
  });

  it.each(['handler: shop.pay', 'handler_class: Pay', 'handler_config: { a: 1 }'])('may not also have %s', (key) => {
    expect(problemsOf(step('{ url: https://a/b }', `\n    ${key}`))).toEqual([
      'task.yaml:4:5 step_templates[1]: must not have "handler", "handler_class" or "handler_config" beside "http", which is all that such a step does',
    ]);
  });

  it.each([
    'https://{{ context.host }}/x',
    'https://a{{ context.host }}/x',
    '{{ context.url }}',
    'https:///{{ context.host }}/x',
    'https:/{{ context.host }}/x',
    'https:{{ context.host }}/x',
    '${BASE:-https://a}{{ context.path }}',
    'https://${HOST:-a}{{ context.host }}/x',
  ])('may not let a task choose the host: %s', (url) => {
    expect(problemsOf(step(`{ url: "${url}" }`))).toEqual([
      `${PLACE}:13 step_templates[1].http.url: must not have placeholders before the path: the host must not depend on a task`,
    ]);
  });

  it.each([
    '${BASE:-https://a}/{{ context.path }}',
    'https://${HOST:-a}:80/{{ task.id }}?a={{ step.name }}',
    'https://a?{{ task.id }}',
  ])('may have placeholders after the host: %s', (url) => {
    expect(problemsOf(step(`{ url: "${url}" }`))).toEqual([]);
  });
});

describe('a placeholder', () => {
  it.each([
    ['context.order.id', 'url: "https://a/{{ context.order.id }}"'],
    ['all of the context', 'url: https://a, body: "{{ context }}"'],
    ['results of a parent', 'url: https://a, query: { a: ["{{ results.cart.0.b-c }}"] }'],
    ['braces', `url: https://a, body: '{{ "{{" }} }}'`],
    ['braces within a text', `url: https://a, body: 'a {{ "{{" }}b}}'`],
  ])('may be %s', (_, http) => {
    expect(problemsOf(step(`{ ${http} }`))).toEqual([]);
  });

  it.each([
    ['{{ context.order.id', '"{{" begins a placeholder that does not end; for two braces write {{ "{{" }}'],
    ['{{ }}', '{{ }}: must be a path with dots, such as {{ context.order.id }}'],
    ['{{ context.a b }}', '{{ context.a b }}: must be a path with dots, such as {{ context.order.id }}'],
    ['{{ context.a | b }}', '{{ context.a | b }}: must be a path with dots, such as {{ context.order.id }}'],
    ['{{ contxt.a }}', `{{ contxt.a }}: unknown placeholder "contxt"; known: ${KNOWN}. Did you mean "context"?`],
    ['{{ task.name }}', `{{ task.name }}: unknown placeholder "task.name"; known: ${KNOWN}`],
    ['{{ results }}', '{{ results }}: must name a step, such as {{ results.cart }}'],
    [
      '{{ results.crt.id }}',
      '{{ results.crt.id }}: not among depends_on: unknown step "crt"; known: cart. Did you mean "cart"?',
    ],
    ['{{ results.pay.id }}', '{{ results.pay.id }}: not among depends_on: unknown step "pay"; known: cart'],
  ])('is refused where it stands: %s', (text, message) => {
    expect(problemsOf(step(`{ url: https://a/b, body: { a: ['${text}'] } }`))).toEqual([
      `${PLACE}:43 step_templates[1].http.body.a[0]: ${message}`,
    ]);
  });

  it('is refused in a key, which is not replaced', () => {
    expect(problemsOf(step('{ url: https://a/b, body: { "{{ task.id }}": 1 } }'))).toEqual([
      `${PLACE}:39 step_templates[1].http.body.{{ task.id }}: placeholders in keys are not replaced`,
    ]);
  });

  it('means nothing in the configuration of a handler', () => {
    expect(problemsOf(withSteps('  - { name: a, handler: h, handler_config: { type: api, url: "{{ no" } }'))).toEqual(
      [],
    );
  });
});

describe('a handler of the name of a built-in one', () => {
  it.each(['tasker.http', 'tasker.other'])('cannot be named by a template: %s', (handler) => {
    const yaml = withSteps(`  - { name: pay, handler: ${handler} }`);
    expect(problemsOf(yaml)).toEqual([
      'task.yaml:3:18 step_templates[0].handler: names that begin with "tasker." are reserved for built-in handlers; for an HTTP request, use the key "http"',
    ]);
    expect(handlerProblemsOf(yaml, ['shop.pay'])).toEqual([]);
  });
});
