import { symlinkSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { InvalidTaskTemplatesError } from '../../../lib/templates/invalid-task-templates.error.js';
import { defineTask } from '../../../lib/templates/define-task.js';
import { handlerProblems } from '../../../lib/templates/handler.check.js';
import {
  loadFiles,
  problemsOf,
  problemsOfFiles,
  problemsOfSources,
  withFiles,
  withSteps,
  SETTINGS,
} from './loading.support.js';
import { loadTemplates } from '../../../lib/templates/template.loader.js';
import { formatProblem } from '../../../lib/templates/template.problem.js';

const head = (lines: string): string => `name: order\nstep_templates: []\n${lines}`;
const step = (lines: string): string => withSteps(`  - name: pay\n    handler: shop.pay\n    ${lines}`);

const TASK_KEYS =
  'name, namespace_name, version, description, default_dependent_system, named_steps, schema, environments, defaults, step_templates, custom_events, concurrent, deadline_seconds, sensitive_data';
const STEP_KEYS =
  'name, handler, http, description, dependent_system, depends_on, retryable, retry_limit, skippable, handler_config, timeout_seconds, backoff, queue, priority, transactional, limits, custom_events';

describe('a text that is not YAML', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    [
      'a list that does not end',
      'name: [a\nb: 1',
      'task.yaml:2:1: YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    ['tabs', 'name: order\n\tversion: 1', 'task.yaml:2:1: YAML: Tabs are not allowed as indentation'],
    ['an unclosed quote', "name: 'x", "task.yaml:1:9: YAML: Missing closing 'quote"],
    [
      'a second document',
      'name: order\nstep_templates: []\n---\nname: b',
      'task.yaml:3:1: YAML: a file holds one template; a second document begins here',
    ],
    ['an unknown tag', 'name: !ruby/object x', 'task.yaml:1:7: YAML: Unresolved tag: !ruby/object'],
    ['an alias of nothing', 'name: *nobody ', 'task.yaml:1:7: YAML: no anchor "&nobody" comes before this'],
    ['a key that is a list', '[a]: 1', 'task.yaml:1:1: YAML: a key must be a single word or text'],
  ];
  it.each(cases)('with %s is told with line and column', (_, yaml, problem) => {
    expect(problemsOf(yaml)).toContain(problem);
  });

  it('with aliases that multiply is refused', () => {
    const bomb = [
      'a: &a [x, x, x, x, x, x, x, x, x, x]',
      ...['b', 'c', 'd', 'e'].map((name, index) => {
        const before = 'abcd'[index]!;
        return `${name}: &${name} [${Array(10).fill(`*${before}`).join(', ')}]`;
      }),
    ].join('\n');
    expect(problemsOf(bomb)).toEqual([
      'task.yaml:1:1: YAML: Excessive alias count indicates a resource exhaustion attack',
    ]);
  });

  it('with an anchor inside itself is refused where it closes the circle', () => {
    expect(problemsOf('name: order\nstep_templates: &all [*all]')).toEqual([
      'task.yaml:2:23 step_templates[0]: must be a JSON value, but contains itself',
    ]);
  });

  it('with a whole number that would be rounded is still checked for everything else', () => {
    expect(problemsOf(step('handler_config: { account: 12345678901234567890 }\n    queue: Q'))).toEqual([
      'task.yaml:5:32: YAML: 12345678901234567890 is too large to be kept exactly as a number; write it in quotes',
      'task.yaml:6:5 step_templates[0].queue: must consist of a-z, 0-9, "_", "." and "-"',
    ]);
    expect(problemsOf(step('handler_config: { account: 0x7fffffffffffffff }'))).toEqual([
      'task.yaml:5:32: YAML: 0x7fffffffffffffff is too large to be kept exactly as a number; write it in quotes',
    ]);
    expect(problemsOf(step('handler_config: { most: 9007199254740991, share: 1.5e300 }'))).toEqual([]);
  });

  it('only because a key appears twice is still checked for everything else', () => {
    expect(problemsOf('name: order\nstep_templates: []\nname: other\nqueue: x')).toEqual([
      'task.yaml:3:1: YAML: the key "name" appears twice',
      `task.yaml:4:1 queue: is not a known key; known: ${TASK_KEYS}`,
    ]);
  });

  it('but empty is told to be so', () => {
    expect(problemsOf('')).toEqual(['task.yaml:1:1: must be an object, got null']);
    expect(problemsOf('# nothing yet\n')).toEqual(['task.yaml:1:1: must be an object, got null']);
    expect(problemsOf('just text')).toEqual(['task.yaml:1:1: must be an object, got a string']);
  });
});

describe('a template with a malformed head', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['no name', 'step_templates: []', 'task.yaml:1:1 name: is required'],
    ['no steps', 'name: order', 'task.yaml:1:1 step_templates: is required'],
    ['a name that is a number', 'name: 7\nstep_templates: []', 'task.yaml:1:1 name: must be a string, got a number'],
    ['an empty name', 'name: ""\nstep_templates: []', 'task.yaml:1:1 name: must not be empty'],
    [
      'a long name',
      `name: ${'n'.repeat(65)}\nstep_templates: []`,
      'task.yaml:1:1 name: must have at most 64 characters, got 65',
    ],
    [
      'a name with a line break',
      'name: "a\\nb"\nstep_templates: []',
      'task.yaml:1:1 name: must not contain control characters',
    ],
    [
      'a long namespace',
      head(`namespace_name: ${'n'.repeat(65)}`),
      'task.yaml:3:1 namespace_name: must have at most 64 characters, got 65',
    ],
    [
      'a version that is a number',
      head('version: 1.0'),
      'task.yaml:3:1 version: must be a string such as "1.0.0", in quotes, because YAML reads 1.0 as a number',
    ],
    [
      'a version that is none',
      head('version: "1.0"'),
      'task.yaml:3:1 version: must be a semantic version such as 1.2.0 or 2.0.0-beta.1',
    ],
    [
      'a version with build metadata',
      head('version: 1.0.0+7'),
      'task.yaml:3:1 version: must be a semantic version such as 1.2.0 or 2.0.0-beta.1',
    ],
    [
      'a version with a number that cannot be compared',
      head('version: 1.0.99999999999999999'),
      'task.yaml:3:1 version: must be a semantic version such as 1.2.0 or 2.0.0-beta.1',
    ],
    [
      'a long version',
      head(`version: 1.0.0-${'b'.repeat(59)}`),
      'task.yaml:3:1 version: must have at most 64 characters, got 65',
    ],
    [
      'latest as its version',
      head('version: latest'),
      'task.yaml:3:1 version: must be a semantic version such as 1.2.0 or 2.0.0-beta.1',
    ],
    [
      'an empty dependent system',
      head("default_dependent_system: ''"),
      'task.yaml:3:1 default_dependent_system: must not be empty',
    ],
    [
      'named_steps that is no list',
      head('named_steps: pay'),
      'task.yaml:3:1 named_steps: must be a list, got a string',
    ],
    [
      'concurrent that is neither true nor false',
      head('concurrent: sometimes'),
      'task.yaml:3:1 concurrent: must be true or false, got a string',
    ],
    [
      'a deadline of no time',
      head('deadline_seconds: 0'),
      'task.yaml:3:1 deadline_seconds: must be greater than 0, got 0',
    ],
    [
      'a deadline that is no number',
      head('deadline_seconds: tomorrow'),
      'task.yaml:3:1 deadline_seconds: must be a number, got a string',
    ],
    ['a schema that is a list', head('schema: []'), 'task.yaml:3:1 schema: must be an object or null, got a list'],
    [
      'step_templates that is no list',
      'name: order\nstep_templates: {}',
      'task.yaml:2:1 step_templates: must be a list, got an object',
    ],
    [
      'a misspelt key',
      head('desciption: x'),
      `task.yaml:3:1 desciption: is not a known key; known: ${TASK_KEYS}. Did you mean "description"?`,
    ],
    ['a key like no other', head('owner: x'), `task.yaml:3:1 owner: is not a known key; known: ${TASK_KEYS}`],
    [
      'a misspelt default',
      head('defaults:\n  retrylimit: 3'),
      'task.yaml:4:3 defaults.retrylimit: is not a known key; known: retryable, retry_limit, timeout_seconds, backoff, queue, priority. Did you mean "retry_limit"?',
    ],
    [
      'an event that lacks a dot',
      head('custom_events:\n  - name: paid'),
      'task.yaml:4:5 custom_events[0].name: must be words with dots between, such as stock.reserved',
    ],
    [
      'an event without a name',
      head('custom_events:\n  - description: paid'),
      'task.yaml:4:5 custom_events[0].name: is required',
    ],
    ['defaults that say nothing', head('defaults:'), 'task.yaml:3:1 defaults: must be an object, got null'],
    [
      'environments that are a list',
      head('environments: []'),
      'task.yaml:3:1 environments: must be an object, got a list',
    ],
    [
      'a default that no step may have',
      head('defaults: { retry_limit: 0 }'),
      'task.yaml:3:13 defaults.retry_limit: must be at least 1, got 0',
    ],
    [
      'a misspelt key of an event',
      head('custom_events:\n  - name: a.b\n    desc: paid'),
      'task.yaml:5:5 custom_events[0].desc: is not a known key; known: name, description',
    ],
    [
      'an event of the engine',
      head('custom_events:\n  - name: Task.paid'),
      `task.yaml:4:5 custom_events[0].name: must not begin with "task.", which is reserved for events of the engine`,
    ],
    ...['step', 'workflow', 'observability', 'test'].map(
      (first) =>
        [
          `an event that begins with ${first}`,
          head(`custom_events: [{ name: ${first}.paid }]`),
          `task.yaml:3:19 custom_events[0].name: must not begin with "${first}.", which is reserved for events of the engine`,
        ] as const,
    ),
    [
      'a value that JSON lacks',
      head('schema: { default: .inf }'),
      'task.yaml:3:11 schema.default: must be a finite number, got Infinity',
    ],
    [
      'a value that only YAML has',
      head('description: !!timestamp 2026-01-01'),
      'task.yaml:3:1 description: must be a JSON value, got a Date',
    ],
    [
      'too many brackets',
      head(`schema: { examples: ${'['.repeat(250)}${']'.repeat(250)} }`),
      `task.yaml:3:219 schema.examples${'[0]'.repeat(198)}: must not be nested deeper than 200 levels`,
    ],
  ];
  it.each(cases)('says so: %s', (_, yaml, problem) => {
    expect(problemsOf(yaml)).toEqual([problem]);
  });
});

describe('a template with a malformed step', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['not an object', withSteps('  - pay'), 'task.yaml:3:5 step_templates[0]: must be an object, got a string'],
    ['no name', withSteps('  - handler: shop.pay'), 'task.yaml:3:5 step_templates[0].name: is required'],
    [
      'a long name',
      withSteps(`  - handler: shop.pay\n    name: ${'n'.repeat(129)}`),
      'task.yaml:4:5 step_templates[0].name: must have at most 128 characters, got 129',
    ],
    ['no handler', withSteps('  - name: pay'), 'task.yaml:3:5 step_templates[0].handler: is required'],
    [
      'two handlers',
      step('handler_class: Pay'),
      'task.yaml:3:5 step_templates[0]: must not have both "handler" and "handler_class", which mean the same',
    ],
    [
      'a misspelt key',
      step('depend_on: cart'),
      `task.yaml:5:5 step_templates[0].depend_on: is not a known key; known: ${STEP_KEYS}. Did you mean "depends_on"?`,
    ],
    [
      'half of a key',
      step('timeout: 5'),
      `task.yaml:5:5 step_templates[0].timeout: is not a known key; known: ${STEP_KEYS}. Did you mean "timeout_seconds"?`,
    ],
    [
      'a retry limit in two words for the same',
      step('retry_limit: 5\n    default_retry_limit: 3'),
      'task.yaml:3:5 step_templates[0]: must not have both "retry_limit" and "default_retry_limit", which mean the same',
    ],
    [
      'a dependency that is null',
      step('depends_on_step:'),
      'task.yaml:5:5 step_templates[0].depends_on_step: must be a string, got null',
    ],
    [
      'dependencies that are no list',
      step('depends_on_steps: { on: cart }'),
      'task.yaml:5:5 step_templates[0].depends_on_steps: must be a list, got an object',
    ],
    [
      'retryable: maybe',
      step('default_retryable: maybe'),
      'task.yaml:5:5 step_templates[0].default_retryable: must be true or false, got a string',
    ],
    [
      'no attempt at all',
      step('default_retry_limit: 0'),
      'task.yaml:5:5 step_templates[0].default_retry_limit: must be at least 1, got 0',
    ],
    [
      'half an attempt',
      step('default_retry_limit: 1.5'),
      'task.yaml:5:5 step_templates[0].default_retry_limit: must be a whole number, got a number',
    ],
    [
      'too many attempts',
      step('default_retry_limit: 40000'),
      'task.yaml:5:5 step_templates[0].default_retry_limit: must be at most 32767, got 40000',
    ],
    [
      'no time',
      step('timeout_seconds: 0'),
      'task.yaml:5:5 step_templates[0].timeout_seconds: must be greater than 0, got 0',
    ],
    [
      'more time than a timer has',
      step('timeout_seconds: 3000000'),
      'task.yaml:5:5 step_templates[0].timeout_seconds: must be at most 2147483, got 3000000',
    ],
    [
      'a timeout in its configuration that is text',
      step('handler_config: { timeout_seconds: "5" }'),
      'task.yaml:5:23 step_templates[0].handler_config.timeout_seconds: must be a number, got a string',
    ],
    [
      'a configuration that is text',
      step('handler_config: fast'),
      'task.yaml:5:5 step_templates[0].handler_config: must be an object, got a string',
    ],
    [
      'an unknown backoff',
      step('backoff: linear'),
      'task.yaml:5:5 step_templates[0].backoff: must be one of exponential, none',
    ],
    [
      'a backoff that is a number',
      step('backoff: 5'),
      'task.yaml:5:5 step_templates[0].backoff: must be an object or a string, got a number',
    ],
    [
      'a misspelt backoff key',
      step('backoff: { base: 5 }'),
      'task.yaml:5:16 step_templates[0].backoff.base: is not a known key; known: base_seconds, factor, max_seconds, jitter. Did you mean "base_seconds"?',
    ],
    [
      'a backoff that waits for less than nothing',
      step('backoff: { base_seconds: -1 }'),
      'task.yaml:5:16 step_templates[0].backoff.base_seconds: must be at least 0, got -1',
    ],
    [
      'a backoff of more than a year',
      step('backoff: { max_seconds: 31536001 }'),
      'task.yaml:5:16 step_templates[0].backoff.max_seconds: must be at most 31536000, got 31536001',
    ],
    [
      'a shrinking backoff',
      step('backoff: { factor: 0.5 }'),
      'task.yaml:5:16 step_templates[0].backoff.factor: must be at least 1, got 0.5',
    ],
    [
      'too much jitter',
      step('backoff: { jitter: 2 }'),
      'task.yaml:5:16 step_templates[0].backoff.jitter: must be at most 1, got 2',
    ],
    [
      'an odd queue',
      step('queue: Mail Queue'),
      'task.yaml:5:5 step_templates[0].queue: must consist of a-z, 0-9, "_", "." and "-"',
    ],
    [
      'a long queue',
      step(`queue: ${'q'.repeat(65)}`),
      'task.yaml:5:5 step_templates[0].queue: must have at most 64 characters, got 65',
    ],
    [
      'half a priority',
      step('priority: 0.5'),
      'task.yaml:5:5 step_templates[0].priority: must be a whole number, got a number',
    ],
    [
      'too low a priority',
      step('priority: -32769'),
      'task.yaml:5:5 step_templates[0].priority: must be at least -32767, got -32769',
    ],
    [
      'skippable: sometimes',
      step('skippable: 1'),
      'task.yaml:5:5 step_templates[0].skippable: must be true or false, got a number',
    ],
    [
      'too high a priority',
      step('priority: 32768'),
      'task.yaml:5:5 step_templates[0].priority: must be at most 32767, got 32768',
    ],
    [
      'transactional that is neither true nor false',
      step('transactional: maybe'),
      'task.yaml:5:5 step_templates[0].transactional: must be true or false, got a string',
    ],
    [
      'limits without any',
      step('limits: { key: /tenant }'),
      'task.yaml:5:5 step_templates[0].limits: must have "concurrency" or "rate" or both',
    ],
    [
      'a limit of nothing',
      step('limits: { concurrency: 0 }'),
      'task.yaml:5:15 step_templates[0].limits.concurrency: must be at least 1, got 0',
    ],
    [
      'a rate without its span',
      step('limits: { rate: { count: 5 } }'),
      'task.yaml:5:15 step_templates[0].limits.rate.seconds: is required',
    ],
    [
      'a limit under a key that is no pointer',
      step('limits: { concurrency: 1, key: tenant }'),
      'task.yaml:5:31 step_templates[0].limits.key: must be a JSON pointer into the context, such as /tenant_id',
    ],
    [
      'an event of the engine',
      step('custom_events: [{ name: step.paid }]'),
      `task.yaml:5:23 step_templates[0].custom_events[0].name: must not begin with "step.", which is reserved for events of the engine`,
    ],
    [
      'a character that PostgreSQL cannot store',
      step('description: "a\\0b"'),
      'task.yaml:5:5 step_templates[0].description: must not contain the character U+0000',
    ],
    [
      'half of a character',
      step('description: "\\uD83D"'),
      'task.yaml:5:5 step_templates[0].description: must not contain half of a surrogate pair',
    ],
    [
      'a key that PostgreSQL cannot store',
      step('handler_config: { "a\\0b": 1 }'),
      'task.yaml:5:5 step_templates[0].handler_config: a key must not contain the character U+0000',
    ],
    [
      'a key with half of a character',
      step('handler_config: { "\\uD83D": 1 }'),
      'task.yaml:5:5 step_templates[0].handler_config: a key must not contain half of a surrogate pair',
    ],
  ];
  it.each(cases)('says so: %s', (_, yaml, problem) => {
    expect(problemsOf(yaml)).toEqual([problem]);
  });
});

describe('a template whose steps do not fit together', () => {
  const two = (first: string, second: string): string =>
    withSteps(
      `  - name: cart\n    handler: shop.cart\n    ${first}\n  - name: pay\n    handler: shop.pay\n    ${second}`,
    );

  it('has an unknown dependency', () => {
    expect(problemsOf(two('', 'depends_on_step: card'))).toEqual([
      'task.yaml:8:5 step_templates[1].depends_on_step: unknown step "card"; known: cart, pay. Did you mean "cart"?',
    ]);
    expect(problemsOf(two('', 'depends_on_steps: [cart, nowhere]'))).toEqual([
      'task.yaml:8:5 step_templates[1].depends_on_steps: unknown step "nowhere"; known: cart, pay',
    ]);
  });

  it('has the same step twice', () => {
    expect(problemsOf(withSteps('  - { name: pay, handler: a }\n  - { name: pay, handler: b }'))).toEqual([
      'task.yaml:4:7 step_templates[1].name: another step is already named "pay"',
    ]);
  });

  it('has a step outside its closed vocabulary', () => {
    expect(problemsOf(`${two('', '')}\nnamed_steps: [cart, pay_now]`)).toEqual([
      'task.yaml:6:5 step_templates[1].name: not in named_steps: unknown step "pay"; known: cart, pay_now. Did you mean "pay_now"?',
    ]);
  });

  it('has a cycle, told as a path', () => {
    expect(problemsOf(two('depends_on_step: pay', 'depends_on_steps: [cart]'))).toEqual([
      'task.yaml:5:5 step_templates[0].depends_on_step: steps depend on each other in a cycle: cart → pay → cart',
    ]);
  });

  it('has a step that waits for itself', () => {
    expect(problemsOf(two('depends_on_step: cart', ''))).toEqual([
      'task.yaml:5:5 step_templates[0].depends_on_step: steps depend on each other in a cycle: cart → cart',
    ]);
  });

  it('has each of several cycles told, but not endlessly many', () => {
    expect(problemsOf(two('depends_on_step: cart', 'depends_on_step: pay'))).toHaveLength(2);
    const names = Array.from({ length: 12 }, (_, index) => `s${index}`);
    const knot = withSteps(
      names.map((name) => `  - { name: ${name}, handler: h, depends_on_steps: [${names.join(', ')}] }`).join('\n'),
    );
    expect(problemsOf(knot)).toHaveLength(10);
  });

  it('has all of that told at once, with every malformed key too, in the order of the lines', () => {
    expect(
      problemsOf(
        two('depends_on_step: nowhere\n    colour: red', 'queue: QUEUE').replace(
          'name: order',
          'name: order\nversion: 1',
        ),
      ),
    ).toEqual([
      'task.yaml:2:1 version: must be a string such as "1.0.0", in quotes, because YAML reads 1.0 as a number',
      'task.yaml:6:5 step_templates[0].depends_on_step: unknown step "nowhere"; known: cart, pay',
      `task.yaml:7:5 step_templates[0].colour: is not a known key; known: ${STEP_KEYS}`,
      'task.yaml:10:5 step_templates[1].queue: must consist of a-z, 0-9, "_", "." and "-"',
    ]);
  });
});

describe('a template whose context schema is wrong', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    [
      'an unknown type',
      'schema:\n  properties:\n    id: { type: text }',
      'task.yaml:5:11 schema.properties.id.type: must be one of array, boolean, integer, null, number, object, string',
    ],
    [
      'a misspelt keyword',
      'schema:\n  requird: [id]',
      'task.yaml:3:1 schema: is not a usable JSON Schema: strict mode: unknown keyword: "requird"',
    ],
    [
      'an unknown format',
      'schema:\n  properties:\n    id: { type: string, format: isbn }',
      'task.yaml:3:1 schema: is not a usable JSON Schema: unknown format "isbn" ignored in schema at path "#/properties/id"',
    ],
    [
      'a reference to nothing',
      "schema: { $ref: '#/definitions/x' }",
      "task.yaml:3:1 schema: is not a usable JSON Schema: can't resolve reference #/definitions/x from id #",
    ],
    [
      'a value where a schema should be',
      'schema:\n  properties:\n    id: 3',
      'task.yaml:5:5 schema.properties.id: must be an object or true or false, got a number',
    ],
    [
      'a pattern that does not end',
      "schema:\n  properties:\n    id: { pattern: '[' }",
      'task.yaml:3:1 schema: is not a usable JSON Schema: Invalid regular expression: /[/u: Unterminated character class',
    ],
    [
      'a default in an alternative',
      'schema: { anyOf: [{ properties: { id: { default: 1 } } }] }',
      'task.yaml:3:1 schema: is not a usable JSON Schema: strict mode: default is ignored for: data.id',
    ],
    [
      'a default that its own schema refuses',
      'schema:\n  properties:\n    id: { type: integer, default: none }',
      'task.yaml:5:26 schema.properties.id.default: does not satisfy its own schema: must be a whole number, got a string',
    ],
    [
      'a default that lacks what it must have',
      'schema:\n  properties:\n    buyer: { required: [email], default: {} }',
      'task.yaml:5:33 schema.properties.buyer.default: does not satisfy its own schema: email is required',
    ],
    [
      'a default within what has one',
      'schema:\n  properties:\n    buyer: { default: { email: x }, properties: { email: { type: string, default: 1 } } }',
      'task.yaml:5:74 schema.properties.buyer.properties.email.default: does not satisfy its own schema: must be a string, got a number',
    ],
    [
      'a default behind a reference',
      "schema:\n  properties: { id: { $ref: '#/definitions/id' } }\n  definitions:\n    id: { default: 1 }",
      'task.yaml:6:11 schema.definitions.id.default: is never applied: only defaults of properties are applied, and none of those behind a $ref',
    ],
    [
      'a default of the context itself',
      'schema: { default: {} }',
      'task.yaml:3:11 schema.default: is never applied: only defaults of properties are applied, and none of those behind a $ref',
    ],
    [
      'an old dialect',
      "schema: { $schema: 'http://json-schema.org/draft-04/schema#' }",
      'task.yaml:3:11 schema.$schema: must name draft-07 or 2020-12 of JSON Schema',
    ],
    [
      'a dialect that is a number',
      'schema: { $schema: 7 }',
      'task.yaml:3:11 schema.$schema: must name draft-07 or 2020-12 of JSON Schema',
    ],
    [
      'a dialect with a misspelt address',
      "schema: { $schema: 'https://json-schema.org/draft-07/schema#' }",
      'task.yaml:3:1 schema: is not a usable JSON Schema: no schema with key or ref "https://json-schema.org/draft-07/schema#"',
    ],
    [
      'a schema that answers later',
      'schema: { $async: true }',
      'task.yaml:3:11 schema.$async: must not be used: contexts are checked synchronously',
    ],
  ];
  it.each(cases)('says so: %s', (_, lines, problem) => {
    expect(problemsOf(head(lines))).toEqual([problem]);
  });

  it('has nothing said about defaults that fit', () => {
    const schema = `
schema:
  $id: https://example.com/order
  properties:
    default: { type: string, default: named like the keyword }
    "a b/~c%": { $ref: '#/definitions/kind', default: web }
    buyer: { $id: buyer, type: object, required: [tier], default: {}, properties: { tier: { default: gold } } }
    pair: { items: [{ default: 1 }] }
  allOf: [{ properties: { tags: { type: array, default: [] } } }]
  definitions: { kind: { enum: [web, shop] } }`;
    expect(problemsOf(head(schema))).toEqual([]);
    expect(problemsOf(head(schema))).toEqual([]); // another template may have the same $id
  });
});

describe('templates from several places', () => {
  it('may not be the same twice, and both places are named', () => {
    const order = 'name: order\nversion: 1.0.0\nstep_templates: []';
    expect(problemsOfFiles({ 'a.yaml': order, 'deep/b.yml': `# a copy\n${order}` })).toEqual([
      'deep/b.yml:2:1 name: default/order@1.0.0 is already defined at a.yaml:1:1',
    ]);
  });

  it('have their problems told together, file after file', () => {
    expect(problemsOfFiles({ 'a.yaml': 'name: a', 'b.yaml': 'name: b' })).toEqual([
      'a.yaml:1:1 step_templates: is required',
      'b.yaml:1:1 step_templates: is required',
    ]);
  });

  it('may not be missing', () => {
    expect(problemsOfSources(['no/such/folder'])).toEqual([
      `no/such/folder: no such file or folder; relative paths begin at ${process.cwd()}`,
    ]);
  });

  it('may not be what the file system refuses', () => {
    withFiles({ 'a.yaml': 'name: a' }, (folder) => {
      const path = `${folder}/a.yaml/b.yaml`;
      expect(problemsOfSources([path])).toEqual([`${path}: ENOTDIR: not a directory, stat '${path}'`]);
    });
  });

  it('may not be anything else, such as what a module forgot to export', () => {
    const sources = [undefined, null, 7, {}, { name: 'order', step_templates: [] }] as never[];
    expect(problemsOfSources(sources)).toEqual([
      'templates.sources[0]: must be a file, a folder or what defineTask returned, got undefined',
      'templates.sources[1]: must be a file, a folder or what defineTask returned, got null',
      'templates.sources[2]: must be a file, a folder or what defineTask returned, got a number',
      'templates.sources[3]: must be a file, a folder or what defineTask returned, got an object',
      'templates.sources[4]: must be a file, a folder or what defineTask returned, got an object',
    ]);
  });

  it('are none without sources', () => {
    expect(loadTemplates([], SETTINGS)).toEqual({ templates: [], handlers: [], problems: [] });
  });

  it('are read once, however often a file is named', () => {
    withFiles({ 'a.yaml': 'name: a\nstep_templates: []' }, (folder) => {
      expect(
        loadTemplates([folder, `${folder}/a.yaml`, `${folder}/../${folder.split('/').at(-1)}`], SETTINGS).templates,
      ).toHaveLength(1);
    });
  });

  it('lie in folders and their subfolders, as .yaml or .yml and not hidden', () => {
    const order = (name: string): string => `name: ${name}\nstep_templates: []`;
    const { templates } = loadFiles({
      'z.yaml': order('z'),
      'b/c.yml': order('c'),
      'a.YAML': order('a'),
      'notes.txt': 'x',
      '.hidden.yaml': 'x',
      '..data/d.yaml': 'x',
    });
    expect(templates.map(({ template }) => template.name)).toEqual(['a', 'c', 'z']);
  });

  it('may be links to files, as Kubernetes mounts them', () => {
    withFiles({ '..data/a.yaml': 'name: a\nstep_templates: []' }, (folder) => {
      symlinkSync(`${folder}/..data/a.yaml`, `${folder}/a.yaml`);
      expect(loadTemplates([folder], SETTINGS).templates.map(({ template }) => template.name)).toEqual(['a']);
    });
  });
});

describe('everything that is wrong with all templates', () => {
  it('is told in one error: keys, dependencies, names, circles, variables, schemas, overlays and handlers', () => {
    const files = {
      'circle.yaml': withSteps(
        '  - { name: a, handler: h, depends_on_step: b }\n  - { name: b, handler: h, depends_on_step: a }',
      ),
      'names.yaml': withSteps(
        '  - { name: a, handler: shop.pya, colour: red }\n  - { name: a, handler: h, depends_on_step: nowhere }',
      ),
      'order.yaml': `${withSteps("  - { name: a, handler: h, handler_config: { key: '${KEY}' } }")}
version: 1.0.0
schema: { requird: [id] }
environments: { production: { step_templates: [{ name: b }] } }`,
    };
    withFiles(files, (folder) => {
      const loaded = loadTemplates([folder], SETTINGS);
      const error = new InvalidTaskTemplatesError([...loaded.problems, ...handlerProblems(loaded, ['h', 'shop.pay'])]);
      expect(error.message.replaceAll(`${folder}/`, '').split('\n')).toEqual([
        'The task templates have 9 problems:',
        '  circle.yaml:3:28 step_templates[0].depends_on_step: steps depend on each other in a cycle: a → b → a.',
        '  names.yaml:1:1 name: default/order@0.1.0 is already defined at circle.yaml:1:1.',
        `  names.yaml:3:35 step_templates[0].colour: is not a known key; known: ${STEP_KEYS}.`,
        '  names.yaml:4:7 step_templates[1].name: another step is already named "a".',
        '  names.yaml:4:28 step_templates[1].depends_on_step: unknown step "nowhere"; known: a.',
        '  order.yaml:3:46 step_templates[0].handler_config.key: the variable "KEY" is not set; set it, or give it a default: ${KEY:-value}.',
        '  order.yaml:5:1 schema: is not a usable JSON Schema: strict mode: unknown keyword: "requird".',
        '  order.yaml:6:50 environments.production.step_templates[0].name: unknown step "b"; known: a.',
        '  names.yaml:3:16 step_templates[0].handler: unknown step handler "shop.pya"; known: h, shop.pay. Did you mean "shop.pay"?',
      ]);
    });
  });
});

describe('the error that reports them', () => {
  it('lists every problem, and has each as data', () => {
    withFiles({ 'a.yaml': 'name: a', 'b.yaml': 'step_templates: []' }, (folder) => {
      const { problems } = loadTemplates([folder], SETTINGS);
      const error = new InvalidTaskTemplatesError(problems);
      expect(error.message).toBe(
        `The task templates have 2 problems:\n  ${folder}/a.yaml:1:1 step_templates: is required.\n  ${folder}/b.yaml:1:1 name: is required.`,
      );
      expect(error).toMatchObject({
        code: 'TASKER_INVALID_TEMPLATES',
        name: 'InvalidTaskTemplatesError',
        httpStatus: 500,
      });
      expect(error.problems[0]).toEqual({
        source: `${folder}/a.yaml`,
        line: 1,
        column: 1,
        pointer: '/step_templates',
        message: 'is required',
      });
      expect(new InvalidTaskTemplatesError([problems[0]!]).message).toBe(
        `The task templates have 1 problem:\n  ${formatProblem(problems[0]!)}.`,
      );
    });
  });
});

describe('a name that stands in paths', () => {
  const ofStep = 'must not be digits only, "." or "..", which cannot be told from ids and parts of paths';
  const ofTask = 'must not be "." or "..", which are parts of paths';

  it.each(['7', '0042', '.', '..'])('is refused where it would be an id or lead elsewhere: a step "%s"', (name) => {
    expect(problemsOf(withSteps(`  - { name: "${name}", handler: shop.pay }`))).toEqual([
      expect.stringMatching(/^task\.yaml:\d+:\d+ step_templates\[0\]\.name: /),
    ]);
    expect(problemsOf(withSteps(`  - { name: "${name}", handler: shop.pay }`))[0]).toContain(ofStep);
    expect(problemsOfSources([defineTask({ name: 'order' }).step(name, { handler: 'shop.pay' })])[0]).toContain(ofStep);
  });

  it.each(['.', '..'])('is refused where it would lead elsewhere: a task or namespace "%s"', (name) => {
    const problems = problemsOf(`name: "${name}"\nnamespace_name: "${name}"\nstep_templates: []`);
    expect(problems.filter((problem) => problem.endsWith(ofTask))).toHaveLength(2);
  });

  it.each(['7a', '7.1', '...', '.7', 'pay-7', '٧'])('is allowed otherwise: "%s"', (name) => {
    expect(problemsOf(withSteps(`  - { name: "${name}", handler: shop.pay }`))).toEqual([]);
  });
});
