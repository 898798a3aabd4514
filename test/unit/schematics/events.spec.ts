import { describe, expect, it } from '@jest/globals';
import { newNest12, runSchematic } from '../../support/schematics.js';

const CATALOGUE = 'src/custom/custom.events.ts';
const TEMPLATE = 'config/tasker/tasks/order.yaml';
const YAML = `name: order
custom_events:
  - { name: stock.reserved, description: "All lines' stock" }
step_templates:
  - { name: charge, custom_events: [{ name: card.charged }] }
`;
const TYPESCRIPT = `export const order = defineTask({ name: 'order', customEvents: [{ name: 'parcel.sent', description: 'Gone' }] });`;

const generate = (options: object = {}, tree = newNest12({ [TEMPLATE]: YAML, 'src/order.ts': TYPESCRIPT })) =>
  runSchematic('events', options, tree);
const eventsIn = (catalogue: string) =>
  [...catalogue.matchAll(/^ {2}(['"])(.+?)\1: (.+),$/gm)].map(([, , name]) => name);

describe('the events schematic', () => {
  it('writes a catalogue of what the templates declare, in YAML and in code', async () => {
    const { tree } = await generate();
    const catalogue = tree.readText(CATALOGUE);
    expect(eventsIn(catalogue)).toEqual(['card.charged', 'parcel.sent', 'stock.reserved']);
    expect(catalogue).toContain("All lines' stock");
    expect(catalogue).toContain('export const CUSTOM_EVENTS = {');
    expect(catalogue).toContain('export type CustomEventName = keyof typeof CUSTOM_EVENTS;');
  });

  it('registers its bus, which modules around can use, and the subscriber', async () => {
    const { tree } = await generate();
    const module = tree.readText('src/app.module.ts');
    expect(module).toContain('providers: [AppService, CustomEventBus, CustomEventSubscriber]');
    expect(module).toContain('exports: [CustomEventBus]');
    expect(tree.exists('src/custom/custom-event.bus.spec.ts')).toBe(true);
    expect(tree.exists('src/custom/custom-event.subscriber.spec.ts')).toBe(true);
  });

  it('writes the catalogue again when the templates changed, and leaves the rest', async () => {
    const { tree } = await generate();
    tree.overwrite('src/custom/custom-event.subscriber.ts', '// mine');
    tree.overwrite(TEMPLATE, 'name: order\ncustom_events: [{ name: order.packed }]\n');
    const { tree: again } = await generate({}, tree);
    expect(eventsIn(again.readText(CATALOGUE))).toEqual(['order.packed', 'parcel.sent']);
    expect(again.readText('src/custom/custom-event.subscriber.ts')).toBe('// mine');
  });

  it('says "events" once', async () => {
    const { tree } = await generate({ name: 'shop-events' });
    expect(tree.readText('src/shop/shop.events.ts')).toContain('export const SHOP_EVENTS = {');
  });

  it('does not replace a catalogue that is not its own', async () => {
    await expect(generate({}, newNest12({ [CATALOGUE]: '// mine' }))).rejects.toThrow(`what you have in ${CATALOGUE}`);
  });

  it('takes further names, and has an example where there are none', async () => {
    const { tree } = await generate({ name: 'shop', events: ['order.shipped'] });
    expect(eventsIn(tree.readText('src/shop/shop.events.ts'))).toContain('order.shipped');
    expect(tree.readText('src/shop/shop-event.bus.ts')).toContain('export class ShopEventBus');

    const { tree: bare, said } = await generate({}, newNest12());
    expect(eventsIn(bare.readText(CATALOGUE))).toEqual(['order.shipped']);
    expect(said).toContain(
      'Declare the events in the templates that publish them: custom_events: [{ name: order.shipped }]',
    );
  });

  it.each(['shipped', 'task.shipped', 'Step.done', 'order..shipped'])('refuses the event %j', async (event) => {
    await expect(generate({ events: [event] })).rejects.toThrow(`"${event}" cannot name an event`);
  });

  it('refuses a template that is no YAML', async () => {
    await expect(generate({}, newNest12({ [TEMPLATE]: 'name: [' }))).rejects.toThrow(`${TEMPLATE} cannot be read`);
  });
});
