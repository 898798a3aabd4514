import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { loadTemplates } from '../../../lib/templates/template.loader.js';
import type { StepTemplate, TaskTemplate } from '../../../lib/workflow/task-template.js';
import { amount } from '../../support/amount.js';
import { tasker, type CommandResult } from '../../support/command.js';
import { FULFIL_ORDER, GENERATED, MONITORED_CHECKOUT } from '../../support/rails.templates.js';
import { SETTINGS } from '../templates/loading.support.js';

describe('tasker import-templates', () => {
  let folder: string;
  let rails: string;
  let out: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tasker-import-'));
    rails = join(folder, 'rails');
    out = join(folder, 'tasks');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const given = (files: Readonly<Record<string, string>>): void => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(rails, path)), { recursive: true });
      writeFileSync(join(rails, path), text);
    }
  };
  const importing = (...options: readonly string[]): Promise<CommandResult> =>
    tasker(['import-templates', rails, '--out', out, ...options]);
  const written = (): readonly string[] =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => /^tasks.*\./.test(path));

  /** As the engine would run it in an environment. */
  const compiled = (environment = 'none'): TaskTemplate => {
    const { templates, problems } = loadTemplates([out], { ...SETTINGS, environment, variables: null });
    expect(problems).toEqual([]);
    return templates[0]!.template;
  };
  const step = (name: string, environment?: string): StepTemplate =>
    compiled(environment).steps.find((each) => each.name === name)!;

  it('keeps what every key means', async () => {
    given({ 'fulfil_order.yaml': FULFIL_ORDER });

    expect(await importing()).toMatchObject({ code: 0, err: '' });

    const template = compiled();
    expect(template).toMatchObject({
      namespace: 'fulfilment',
      name: 'fulfil_order',
      version: '2.3.0',
      description: 'From a paid order to a parcel at the doorstep',
    });
    expect(template.contextSchema).toMatchObject({
      required: ['order_id', 'lines'],
      properties: {
        order_id: { type: 'string', pattern: '^[A-Z]+\\d+$' },
        lines: { items: { required: ['sku'], properties: { qty: { type: 'integer', exclusiveMinimum: 0 } } } },
        priority: { enum: ['standard', 'rush'], default: 'standard' },
      },
    });
    expect(
      template.steps.map(({ name, handler, dependsOn, dependentSystem, retryable, retryLimit, skippable }) =>
        [name, handler, dependsOn.join(' '), dependentSystem, retryable, retryLimit, skippable].join('|'),
      ),
    ).toEqual([
      'load_order|fulfilment.load_order||shop|true|4|false',
      'reserve_stock|fulfilment.reserve_stock|load_order|warehouse|true|3|false',
      'screen_fraud|fulfilment.screen_fraud|load_order|risk|true|2|false',
      'capture_payment|fulfilment.capture_payment|reserve_stock screen_fraud|psp|false|3|false',
      'notify_buyer|fulfilment.notify_buyer|capture_payment|mailer|true|5|true',
      'close_order|fulfilment.close_order|capture_payment notify_buyer|warehouse|true|3|false',
    ]);
    expect(step('load_order')).toMatchObject({
      handlerConfig: {
        url: 'https://shop.example.com/v1',
        params: { expand: 'lines' },
        headers: { Accept: 'application/json' },
        ssl: { verify: true },
      },
      timeoutSeconds: 20,
      backoff: { baseSeconds: 1.5, factor: 2, jitter: 0.2 },
    });
    expect(step('reserve_stock')).toMatchObject({
      handlerConfig: { bin_strategy: 'nearest', hold_minutes: 30 },
      customEvents: [
        { name: 'stock.reserved', description: 'All lines were reserved' },
        { name: 'stock.shortage', description: '' },
      ],
    });
  });

  it('keeps what each environment changes', async () => {
    given({ 'fulfil_order.yaml': FULFIL_ORDER });
    await importing();

    expect(step('load_order', 'test')).toMatchObject({
      handlerConfig: { url: 'http://shop.test', params: { expand: 'lines', dry_run: true } },
      timeoutSeconds: 20,
      backoff: { baseSeconds: 1.5, factor: 1 },
    });
    // The overlay replaces "depends_on_steps", and leaves "depends_on_step" of the base.
    expect(step('close_order', 'test').dependsOn).toEqual(['capture_payment', 'reserve_stock']);
    expect(step('reserve_stock', 'test').dependentSystem).toBe('fake_warehouse');
    expect(step('notify_buyer', 'production')).toMatchObject({ retryLimit: 8, timeoutSeconds: 90 });
    expect(step('notify_buyer', 'development')).toEqual(step('notify_buyer'));
  });

  it('keeps comments and quotes, and leads editors to the schema', async () => {
    given({ 'fulfil_order.yaml': FULFIL_ORDER });
    await importing();

    const text = readFileSync(join(out, 'fulfil_order.yaml'), 'utf8');
    expect(text).toMatch(/^# yaml-language-server: \$schema=.*node_modules\/nestjs-tasker\/schemas\/task-template/);
    for (const kept of [
      '# From a paid order',
      'version: "2.3.0"',
      '# The shop is slow',
      'retry_limit: 4 # the first',
    ]) {
      expect(text).toContain(kept);
    }
  });

  it('reports what changed, what was left out, what behaves differently and what to write, with lines', async () => {
    given({ 'checkout.yaml': MONITORED_CHECKOUT });

    const { code, out: report } = await importing();

    expect(code).toBe(0);
    const source = join(rails, 'checkout.yaml');
    expect(report.replaceAll('\n\n', '\n'))
      .toBe(`${source} → ${join(out, 'checkout.yaml')} (blog_examples/monitored_checkout@1.0.0)
  changed:
    line 3: The version 1.0 became 1.0.0. Use that one to start tasks.
    lines 13, 19: "handler_class" became "handler", with a name for each class (see below).
    line 14: "default_retry_limit" became "retry_limit"; both include the first attempt.
    line 16: "timeout_seconds" of handler_config became a key of the step.
    line 16: "retry_backoff" became "backoff" of the step; without it, waits double.
    line 18: "depends_on" names all steps that a step waits for.
  left out:
    line 4: The class BlogExamples::Post05::MonitoredCheckoutHandler: a template needs no class. If it has hooks, write them as a @TaskHandler.
    line 5: business_metrics: a template has no such key, and Rails Tasker ignored it.
    line 7: monitoring: a template has no such key, and Rails Tasker ignored it.
    line 9: The event "revenue_tracked": a name consists of words separated by dots, and the first must not be one of the engine's.
    line 10: severity: an event has no such key, and Rails Tasker ignored it.
    line 15: team: a step has no such key, and Rails Tasker ignored it.
    line 20: timeout_seconds: "30" is not a number of seconds.
    line 20: retry_backoff: fibonacci cannot be expressed in "backoff".
  behaves differently:
    line 8: Rails Tasker dropped "custom_events" of YAML. Here they are kept with the template.
    line 14: A limit of 0 meant that the step never runs. Here it runs once: retry_limit is 1.
    line 16: Rails Tasker did not enforce "timeout_seconds". Here a run longer than this is a failed attempt.
    line 16: Rails Tasker did not read "retry_backoff". Here it determines the waits.
    line 16: Rails Tasker kept \${NAME} as it is. Here it is replaced by the environment variable.
    line 20: Neither Rails Tasker nor nestjs-tasker executes ERB. Write \${NAME} or \${NAME:-default}.
Step handlers to write:
  # BlogExamples::Post05::StepHandlers::ProcessPaymentHandler
  npx nestjs-tasker generate step-handler blog-examples-post-05/blog_examples_post_05.process_payment
  # BlogExamples::Post05::StepHandlers::ValidateCartHandler
  npx nestjs-tasker generate step-handler blog-examples-post-05/blog_examples_post_05.validate_cart
Failed steps are now actually retried, up to retry_limit attempts (3 by default, as before).
See docs/from-rails-tasker.md for all other differences in behaviour.
The template is valid and in ${out}.
`);
    expect(step('validate_cart')).toMatchObject({ retryLimit: 1, timeoutSeconds: 10, backoff: SETTINGS.steps.backoff });
    expect((await tasker(['validate', out])).code).toBe(0);
  });

  it('keeps two classes apart that would be called the same', async () => {
    const steps = ['Shop::StepHandlers::PayHandler', 'Shop::Pay', 'Tasker::PayHandler', 'PayHandler'];
    given({
      'pay.yaml': `name: pay\nstep_templates:\n${steps.map((name, index) => `  - { name: s${index}, handler_class: ${name} }\n`).join('')}`,
    });
    expect((await importing()).code).toBe(0);
    expect(compiled().steps.map(({ handler }) => handler)).toEqual([
      'shop_step_handlers.pay_handler',
      'shop.pay',
      'pay_handler',
      'pay_handler_2',
    ]);
  });

  it('writes nothing in a dry run, nor the second time, nor over a file of yours without --force', async () => {
    given({ 'order_process.yaml': GENERATED });
    const file = join(out, 'order_process.yaml');

    const dry = await importing('--dry-run');
    expect(dry).toMatchObject({ code: 0, err: '' });
    expect(dry.out).toContain('Nothing was written: this was a dry run.');
    expect(written()).toEqual([]);

    await importing();
    expect(await importing()).toMatchObject({ code: 0, err: '' });

    writeFileSync(file, '# mine');
    const refused = await importing();
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.err).toContain(`${file} already exists with different content; --force replaces it.`);
    expect(readFileSync(file, 'utf8')).toBe('# mine');
    expect((await importing('--force')).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toContain('name: order_process');
    expect(written()).toEqual(['tasks/order_process.yaml']);
  });

  it('leaves a template of ours as it is', async () => {
    given({ 'order_process.yaml': GENERATED });
    await importing();
    const again = join(folder, 'again');
    const { out: report } = await tasker(['import-templates', out, '--out', again]);
    expect(report).not.toContain('changed:');
    const withoutSchemaLine = (path: string): string => readFileSync(join(path, 'order_process.yaml'), 'utf8');
    expect(withoutSchemaLine(again)).toBe(withoutSchemaLine(out));
  });

  it('imports none when one cannot be, and says all that is wrong', async () => {
    given({
      'good.yaml': GENERATED,
      'twice.yaml': GENERATED,
      'broken.yaml': 'name: [a\nstep_templates: []',
      'list.yaml': '- a',
      'two.yaml': 'name: a\n---\nname: b\n',
      'anchors.yaml': 'name: a\nstep_templates:\n  - &a { name: a, handler_class: A }\n  - *a\n',
      'circle.yaml': `name: circle
step_templates:
  - name: a
    handler_class: A
    depends_on_step: b
  - name: b
    handler_class: B
    depends_on_step: a
`,
    });

    const { code, out: report, err } = await importing();

    expect([code, report]).toEqual([1, '']);
    const lines = err.replaceAll(`${rails}/`, '').trim().split('\n');
    expect(lines[0]).toBe('No template was imported, because of 6 problems:');
    expect(lines.slice(1).map((line) => line.trim())).toEqual([
      'anchors.yaml:4 replace "*a" with the value that it stands for.',
      expect.stringMatching(/^broken.yaml:2 YAML: .*\.$/),
      'list.yaml:1 a template is a map with the key "name".',
      expect.stringMatching(/^two.yaml:2 YAML: .*\.$/),
      expect.stringMatching(/^circle.yaml:\d .*depends_on: steps depend on each other in a cycle: .*\.$/),
      expect.stringMatching(/^twice.yaml: default\/order_process@0.1.0 is in good.yaml already\.$/),
    ]);
    expect(written()).toEqual([]);
  });

  it('says so when there is nothing to import, and when the folder cannot be written', async () => {
    expect(await importing()).toMatchObject({
      code: 1,
      err: expect.stringContaining('no such file or folder.'),
    });
    mkdirSync(rails);
    expect((await importing()).err).toContain('there are no YAML files.');
    given({ 'order_process.yaml': GENERATED });
    writeFileSync(out, 'a file');
    expect(await importing('--force')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^Cannot write .*order_process.yaml: .*\.\n$/),
    });
  });

  it('has every step wait for the same steps in every environment', async () => {
    const earlier = fc.subarray(['a', 'b', 'c']);
    const dependencies = fc.record(
      { depends_on_step: fc.constantFrom('a', 'b', 'c'), depends_on_steps: earlier },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(dependencies, dependencies, async (base, overlay) => {
        const last = { name: 'last', handler_class: 'Last' };
        const steps = [...['a', 'b', 'c'].map((name) => ({ name, handler_class: 'Step' })), { ...last, ...base }];
        const environments = { test: { step_templates: [{ name: 'last', ...overlay }] } };
        given({ 'waits.yaml': JSON.stringify({ name: 'waits', step_templates: steps, environments }) });
        expect((await importing('--force')).code).toBe(0);
        for (const [environment, its] of [
          ['none', base],
          ['test', { ...base, ...overlay }],
        ] as const) {
          const waits = [its.depends_on_step ?? [], its.depends_on_steps ?? []].flat();
          expect(new Set(step('last', environment).dependsOn)).toEqual(new Set(waits));
        }
      }),
      { numRuns: amount({ short: 15, full: 60 }) },
    );
  });
});
