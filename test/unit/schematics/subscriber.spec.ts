import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { EVENTS } from '../../../lib/events/event.catalogue.js';
import { newNest12, runSchematic } from '../../support/schematics.js';

const CODE = 'src/orders/orders.subscriber.ts';
const TEST = 'src/orders/orders.subscriber.spec.ts';

const generate = (options: object = {}, schematic = 'subscriber') =>
  runSchematic(schematic, { name: 'orders', ...options }, newNest12());

const textsOf = async (options: object, schematic?: string) => {
  const { tree } = await generate(options, schematic);
  return { code: tree.readText(CODE), test: tree.readText(TEST), tree };
};

const compiled = createRequire(join(import.meta.dirname, '../../../dist/schematics/collection.json'));
const schema = JSON.parse(readFileSync('schematics/subscriber/schema.json', 'utf8')) as {
  readonly properties: { readonly events: { readonly 'x-prompt': { readonly items: readonly string[] } } };
};

describe('the subscriber schematic', () => {
  it('knows all events, and no others', () => {
    const { EVENTS: known } = compiled('./subscriber/event.names.js') as { readonly EVENTS: readonly string[] };
    expect(known).toEqual(Object.keys(EVENTS));
    const prompt = schema.properties.events['x-prompt'];
    expect(prompt.items).toEqual(['*', ...known]);
  });

  it('has the examples of the catalogue: otherwise run `npm run schemas`', () => {
    const { EXAMPLES } = compiled('./subscriber/event.examples.js') as { readonly EXAMPLES: object };
    const examples = Object.entries(EVENTS).map(([name, { examplePayload }]) => [name, examplePayload]);
    expect(EXAMPLES).toEqual(Object.fromEntries(examples));
  });

  it.each([
    [undefined, ['task.completed', 'task.failed']],
    [['step.failed'], ['step.failed']],
    [
      ['task.failed, worker.lost', 'task.failed'],
      ['task.failed', 'worker.lost'],
    ],
    [Object.keys(EVENTS), Object.keys(EVENTS)],
    [['*'], ['*']],
    [['*', 'task.failed'], ['*']],
  ])('listens to %j', async (events, expected) => {
    const { code, test, tree } = await textsOf({ ...(events !== undefined && { events }) });
    expect([...code.matchAll(/@OnTaskerEvent\('(.+)'\)/g)].map(([, event]) => event)).toEqual(expected);
    expect(code).toContain('@Injectable()\n@TaskerSubscriber()\nexport class OrdersSubscriber');
    expect(test.match(/\bit\(/g)).toHaveLength(expected.length);
    expect(tree.readText('src/app.module.ts')).toContain('providers: [AppService, OrdersSubscriber]');
  });

  it('says "subscriber" once', async () => {
    const { tree } = await runSchematic('subscriber', { name: 'shop/orders-subscriber' }, newNest12());
    expect(tree.readText('src/shop/orders/orders.subscriber.ts')).toContain('export class OrdersSubscriber');
  });

  it.each(['subscriber', 'subscriber-metrics'])('refuses events that do not exist (%s)', async (schematic) => {
    await expect(generate({ events: ['task.started'] }, schematic)).rejects.toThrow(
      /^There is no event "task\.started"\. Choose from task\.initialize_requested, .*worker\.lost, .*\*\.$/,
    );
  });

  it.each([
    [undefined, ['tasker.tasks', 'tasker.steps', 'tasker.step.duration']],
    [['task.failed'], ['tasker.tasks']],
    [['step.skipped'], ['tasker.steps']],
    [
      ['step.failed', 'worker.lost'],
      ['tasker.steps', 'tasker.workers', 'tasker.step.duration'],
    ],
  ])('counts and measures %j', async (events, instruments) => {
    const named = events === undefined ? {} : { events };
    const { code, tree } = await textsOf(named, 'subscriber-metrics');
    expect([...code.matchAll(/create\w+\('(.+?)'/g)].map(([, name]) => name)).toEqual(instruments);
    expect((await textsOf({ ...named, metrics: true })).code).toBe(code);
    expect(tree.readJson('package.json')).toMatchObject({ dependencies: { '@opentelemetry/api': '^1.9.0' } });
  });

  it('sorts durations into buckets of seconds, as those by default are for milliseconds', async () => {
    const { code } = await textsOf({ events: ['step.completed'] }, 'subscriber-metrics');
    expect(code).toContain('explicitBucketBoundaries: [0.01, ');
  });

  it('has no metrics of all events together', async () => {
    await expect(generate({ events: ['*'], metrics: true })).rejects.toThrow('Name the events to count');
  });
});
