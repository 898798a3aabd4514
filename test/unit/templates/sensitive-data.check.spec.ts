import { describe, expect, it } from '@jest/globals';
import { problemsOf, templateOf } from './loading.support.js';

const order = (lines: string, more = ''): string => `name: order
step_templates:
  - { name: cart, handler: shop.cart }
  - { name: pay, handler: shop.pay, depends_on_step: cart${more} }
sensitive_data:
  ${lines}
`;

const NO_PATH = 'is no JSON path, such as $.customer.email or $.items[*].serial: ';

describe('the sensitive data of a template', () => {
  it('is part of the template, with defaults', () => {
    expect(templateOf(order('context: [$.email]')).sensitiveData).toEqual({
      context: ['$.email'],
      results: {},
      errors: [],
      subject: null,
    });
    const lines = "{ results: { pay: [$, '$..pan'] }, errors: [$.context], subject: $.customer.id }";
    expect(templateOf(order(lines)).sensitiveData).toEqual({
      context: [],
      results: { pay: ['$', '$..pan'] },
      errors: ['$.context'],
      subject: '$.customer.id',
    });
    expect(templateOf(order('{}').replace(/sensitive_data[^]*/, '')).sensitiveData).toBeUndefined();
  });

  it.each<[string, string]>([
    [`context: ['']`, `task.yaml:6:13 sensitive_data.context[0]: ${NO_PATH}it must begin with "$"`],
    ['context: [email]', `task.yaml:6:13 sensitive_data.context[0]: ${NO_PATH}it must begin with "$"`],
    ['results: { pay: [/pan] }', `task.yaml:6:20 sensitive_data.results.pay[0]: ${NO_PATH}it must begin with "$"`],
    ['errors: [$.a, "$.b["]', `task.yaml:6:17 sensitive_data.errors[1]: ${NO_PATH}`],
    ['subject: "$["', `task.yaml:6:3 sensitive_data.subject: ${NO_PATH}`],
    ['context: [$]', 'task.yaml:6:13 sensitive_data.context[0]: names the context itself: use $.* for all its values'],
    ['subject: $', 'task.yaml:6:3 sensitive_data.subject: must select one value, such as $.customer.id'],
    ['subject: $.a[*]', 'task.yaml:6:3 sensitive_data.subject: must select one value, such as $.customer.id'],
    ['subject: $..id', 'task.yaml:6:3 sensitive_data.subject: must select one value, such as $.customer.id'],
    ['subject: "$.ids[-1]"', 'task.yaml:6:3 sensitive_data.subject: must select one value, such as $.customer.id'],
    ['results: { paid: [$.pan] }', 'task.yaml:6:14 sensitive_data.results.paid: unknown step "paid"; known: cart, pay'],
    ['context: $.email', 'task.yaml:6:3 sensitive_data.context: must be a list'],
    ['context: [7]', 'task.yaml:6:13 sensitive_data.context[0]: must be a string'],
    ['results: [$.a]', 'task.yaml:6:3 sensitive_data.results: must be an object'],
    [
      'contexts: [$.a]',
      'task.yaml:6:3 sensitive_data.contexts: is not a known key; known: context, results, errors, subject',
    ],
  ])('is refused with the line: %s', (lines, problem) => {
    const found = problemsOf(order(lines));
    expect(found.map((text) => text.slice(0, problem.length))).toEqual([problem]); // the package's own reason may follow
  });

  it('names its place in the environment that has it', () => {
    const text = `${order('context: [$.a]')}environments:
  test:
    sensitive_data:
      context: [b]
  production:
    sensitive_data:
      subject: c
`;
    expect(problemsOf(text)).toEqual([
      `task.yaml:10:17 environments.test.sensitive_data.context[0]: ${NO_PATH}it must begin with "$"`,
      `task.yaml:13:7 environments.production.sensitive_data.subject: ${NO_PATH}it must begin with "$"`,
    ]);
  });
});

describe('sensitive data and the schema of the context', () => {
  const closed = (lines: string): string => `${order(lines)}schema:
  type: object
  additionalProperties: false
  properties:
    email: { type: string }
    customer: { type: object, properties: { id: { type: integer } } }
    items: { type: array, items: { type: object } }
`;

  it.each([
    'context: [$.email]',
    'context: ["$.items[0].serial"]',
    'context: [$..phone]',
    'context: [$.customer.phone]',
    'subject: $.customer.id',
  ])('agree: %s', (lines) => expect(problemsOf(closed(lines))).toEqual([]));

  it.each([
    [
      'context: [$.mail]',
      'task.yaml:6:13 sensitive_data.context[0]: the schema of the context has no such value: unknown key "mail"; known: email, customer, items. Did you mean "email"?',
    ],
    [
      'subject: $.email.address',
      'task.yaml:6:3 sensitive_data.subject: context.email is string in the schema of the context, and so has no "address"',
    ],
  ])('disagree: %s', (lines, problem) => expect(problemsOf(closed(lines))).toEqual([problem]));
});

describe('the key of a limit', () => {
  const limited = (path: string, key: string): readonly string[] =>
    problemsOf(order(`context: ['${path}']`, `, limits: { concurrency: 1, key: '${key}' }`));

  it.each([
    ['$.email', '/email'],
    ['$.customer', '/customer/id'],
    ['$..id', '/customer/id'],
    ['$.*', '/email'],
    ['$.items[*].id', '/items/3/id'],
    ['$.items[3].id', '/items/3/id'],
    ['$.items[-1]', '/items/3/id'],
    ['$["a/b"]', '/a~1b'],
  ])('must not be a value that %s hides (%s)', (path, key) => {
    expect(limited(path, key)).toEqual([
      expect.stringMatching(
        /^task\.yaml:4:\d+ step_templates\[1\]\.limits\.key: names a value that sensitive_data hides, so that all tasks would share one limit$/,
      ),
    ]);
  });

  it.each([
    ['$.email', '/mail'],
    ['$.customer.email', '/customer/id'],
    ['$.items[2].id', '/items/3/id'],
    ['$.customer.id', '/customer'],
  ])('may be a value that %s leaves (%s)', (path, key) => {
    expect(limited(path, key)).toEqual([]);
  });
});
