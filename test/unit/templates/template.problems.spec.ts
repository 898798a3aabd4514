import { describe, expect, it } from '@jest/globals';
import { InvalidTaskTemplatesError } from '../../../lib/templates/invalid-task-templates.error.js';
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
  'name, namespace_name, version, description, default_dependent_system, named_steps, schema, environments, defaults, step_templates, custom_events, concurrent, task_handler_class, module_namespace';
const STEP_KEYS =
  'name, handler, handler_class, description, dependent_system, depends_on_step, depends_on_steps, default_retryable, default_retry_limit, skippable, handler_config, timeout_seconds, backoff, queue, priority, custom_events';

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

  it('only because a key appears twice is still checked for everything else', () => {
    expect(problemsOf('name: order\nstep_templates: []\nname: other\nqueue: x')).toEqual([
      'task.yaml:3:1: YAML: the key "name" appears twice',
      `task.yaml:4:1 queue: unknown key "queue"; known: ${TASK_KEYS}`,
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
      'task.yaml:3:1 version: must be text such as "1.0.0", in quotes, because YAML reads 1.0 as a number',
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
      'concurrent: false',
      head('concurrent: false'),
      'task.yaml:3:1 concurrent: must be true or left out: steps that do not wait for each other always run at the same time; to run them one after another, use depends_on_step',
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
      `task.yaml:3:1 desciption: unknown key "desciption"; known: ${TASK_KEYS}. Did you mean "description"?`,
    ],
    ['a key like no other', head('owner: x'), `task.yaml:3:1 owner: unknown key "owner"; known: ${TASK_KEYS}`],
    [
      'a misspelt default',
      head('defaults:\n  retrylimit: 3'),
      'task.yaml:4:3 defaults.retrylimit: unknown key "retrylimit"; known: retryable, retry_limit, timeout_seconds, backoff, queue, priority. Did you mean "retry_limit"?',
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
    [
      'an event of the engine',
      head('custom_events:\n  - name: Task.paid'),
      `task.yaml:4:5 custom_events[0].name: must not begin with "task.", which the engine's own events do`,
    ],
    [
      'a value that JSON lacks',
      head('schema: { default: .inf }'),
      'task.yaml:3:11 schema.default: must be a finite number, got Infinity',
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
      step('depends_on: cart'),
      `task.yaml:5:5 step_templates[0].depends_on: unknown key "depends_on"; known: ${STEP_KEYS}. Did you mean "depends_on_step"?`,
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
      'task.yaml:5:16 step_templates[0].backoff.base: unknown key "base"; known: base_seconds, factor, max_seconds, jitter',
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
      'too high a priority',
      step('priority: 32768'),
      'task.yaml:5:5 step_templates[0].priority: must be at most 32767, got 32768',
    ],
    [
      'an event of the engine',
      step('custom_events: [{ name: step.paid }]'),
      `task.yaml:5:23 step_templates[0].custom_events[0].name: must not begin with "step.", which the engine's own events do`,
    ],
    [
      'a character that PostgreSQL cannot store',
      step('description: "a\\0b"'),
      'task.yaml:5:5 step_templates[0].description: must not contain the character U+0000',
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
      'task.yaml:6:5 step_templates[1].name: not in named_steps: unknown step "pay"; known: cart, pay_now',
    ]);
  });

  it('has a cycle, told as a path', () => {
    expect(problemsOf(two('depends_on_step: pay', 'depends_on_steps: [cart]'))).toEqual([
      'task.yaml:5:5 step_templates[0].depends_on_step: steps wait for each other in a circle: cart → pay → cart',
    ]);
  });

  it('has a step that waits for itself', () => {
    expect(problemsOf(two('depends_on_step: cart', ''))).toEqual([
      'task.yaml:5:5 step_templates[0].depends_on_step: steps wait for each other in a circle: cart → cart',
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
      'task.yaml:2:1 version: must be text such as "1.0.0", in quotes, because YAML reads 1.0 as a number',
      'task.yaml:6:5 step_templates[0].depends_on_step: unknown step "nowhere"; known: cart, pay',
      `task.yaml:7:5 step_templates[0].colour: unknown key "colour"; known: ${STEP_KEYS}`,
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
      'an old dialect',
      "schema: { $schema: 'http://json-schema.org/draft-04/schema#' }",
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
      'task.yaml:3:11 schema.$async: must be left out: contexts are checked synchronously',
    ],
  ];
  it.each(cases)('says so: %s', (_, lines, problem) => {
    expect(problemsOf(head(lines))).toEqual([problem]);
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
});

describe('the error that reports them', () => {
  it('lists every problem, and has each as data', () => {
    withFiles({ 'a.yaml': 'name: a', 'b.yaml': 'step_templates: []' }, (folder) => {
      const { problems } = loadTemplates([folder], SETTINGS);
      const error = new InvalidTaskTemplatesError(problems);
      expect(error.message).toBe(
        `The task templates have 2 problems:\n  ${folder}/a.yaml:1:1 step_templates: is required\n  ${folder}/b.yaml:1:1 name: is required`,
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
        `The task templates have 1 problem:\n  ${formatProblem(problems[0]!)}`,
      );
    });
  });
});
