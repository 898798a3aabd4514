import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { namedTemplates } from '../../../lib/cli/types/template.names.js';
import type { TaskTemplate } from '../../../lib/workflow/task-template.js';
import { tasker, type CommandResult } from '../../support/command.js';
import { typeProblems } from '../../support/compiled.types.js';

const ROOT = join(import.meta.dirname, '../../..');

const SHIPMENT = `name: ship_order
namespace_name: shop
version: 1.2.0
description: From a paid order to a parcel.
schema:
  type: object
  required: [orderId, lines]
  properties:
    orderId: { type: string, description: "The shop's own id" }
    lines:
      type: array
      items:
        type: object
        required: [sku]
        properties: { sku: { type: string }, unit-price: { type: number } }
    priority: { enum: [standard, rush], default: standard }
    address: { $ref: '#/definitions/address' }
  definitions:
    address: { type: [object, 'null'], properties: { zip: { type: string } } }
step_templates:
  - name: hand_over
    handler: shop.hand_over
    depends_on: [quote, pack]
  - name: pack
    handler: shop.pack
  - name: quote
    http: { url: 'https://carrier.example/{{ context.orderId }}' }
`;

const WRITTEN = `import { defineTask, type, type JsonValue } from 'nestjs-tasker';

export type ShipOrderContext = {
  /** The shop's own id */
  readonly orderId: string;
  readonly lines: readonly {
    readonly sku: string;
    readonly 'unit-price'?: number;
  }[];
  readonly priority?: 'standard' | 'rush';
  readonly address?: {
    readonly zip?: string;
  } | null;
};

/** From a paid order to a parcel. */
export const shipOrder = defineTask({
  namespace: 'shop',
  name: 'ship_order',
  version: '1.2.0',
  context: type<ShipOrderContext>(),
})
  .step('pack', { handler: 'shop.pack' })
  .step('quote', {
    http: { url: 'https://carrier.example/{{ context.orderId }}' },
    returns: type<{ status: number; headers: Readonly<Record<string, string>>; body: JsonValue }>(),
  })
  .step('hand_over', { handler: 'shop.hand_over', dependsOn: ['quote', 'pack'] });
`;

/** As many steps as a template may well have, each of which waits for the one before it. */
const LONG = `name: long
step_templates:
${Array.from({ length: 200 }, (_, index) => `  - { name: s${index}, handler: h${index === 0 ? '' : `, depends_on: s${index - 1}`} }\n`).join('')}`;

const USE = `import { Injectable } from '@nestjs/common';
import { StepHandler, type StepContextOf, type TaskService } from 'nestjs-tasker';
import { long, shipOrder } from './task-templates.js';

export async function start(tasks: TaskService): Promise<void> {
  await tasks.start(shipOrder, { context: { orderId: 'a', lines: [{ sku: 'b', 'unit-price': 3 }], priority: 'rush' } });
  await tasks.start(shipOrder, { context: { orderId: 'a', lines: [], address: null }, bypassSteps: ['pack'] });
  await tasks.start(long, { context: { anything: [1] } });
  // @ts-expect-error -- the context is missing
  await tasks.start(shipOrder, {});
  // @ts-expect-error -- an id is a text
  await tasks.start(shipOrder, { context: { orderId: 1, lines: [] } });
  // @ts-expect-error -- lines are required
  await tasks.start(shipOrder, { context: { orderId: 'a' } });
  // @ts-expect-error -- no such priority
  await tasks.start(shipOrder, { context: { orderId: 'a', lines: [], priority: 'slow' } });
  // @ts-expect-error -- a line has a sku
  await tasks.start(shipOrder, { context: { orderId: 'a', lines: [{}] } });
  // @ts-expect-error -- misspelt
  await tasks.start(shipOrder, { context: { orderId: 'a', lines: [], adress: null } });
  // @ts-expect-error -- no such step
  await tasks.start(shipOrder, { context: { orderId: 'a', lines: [] }, bypassSteps: ['pakc'] });
}

@Injectable()
@StepHandler(shipOrder, 'hand_over')
export class HandOverHandler {
  process({ task, results }: StepContextOf<typeof shipOrder, 'hand_over'>) {
    const status: number = results.quote.status;
    // @ts-expect-error -- it does not wait for itself
    results.hand_over;
    // @ts-expect-error -- no such field
    task.context.order;
    return { status, order: task.context.orderId.length, zip: task.context.address?.zip ?? null };
  }
}

// @ts-expect-error -- there is no such step
@StepHandler(shipOrder, 'hand_on')
export class NoHandler {
  process() {
    return null;
  }
}

// @ts-expect-error -- it takes another context
@StepHandler(shipOrder, 'pack')
export class WrongHandler {
  process({ task }: { readonly task: { readonly context: { readonly orderId: number } } }) {
    return task.context.orderId;
  }
}
`;

describe('tasker types', () => {
  let folder: string;
  let templates: string;
  let out: string;

  beforeAll(() => {
    folder = mkdtempSync(join(ROOT, 'node_modules/.types-')); // where the packages of the imports are found
    templates = join(folder, 'tasks');
    out = join(folder, 'task-templates.ts');
    mkdirSync(templates);
    writeFileSync(join(templates, 'ship_order.yaml'), SHIPMENT);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const types = (...options: readonly string[]): Promise<CommandResult> =>
    tasker(['types', templates, '--out', out, ...options]);

  it('writes what the templates say, and says with --check whether it still does', async () => {
    const missing = await types('--check');
    expect(missing).toEqual({
      code: 1,
      out: '',
      err: `${out} does not match the task templates; run \`npx nestjs-tasker types\`.\n`,
    });
    expect(existsSync(out)).toBe(false);

    expect(await types()).toEqual({ code: 0, out: `${out} has the types of 1 template.\n`, err: '' });
    const [head, ...body] = readFileSync(out, 'utf8').split(/(?=^import )/m);
    expect(head).toMatch(/^\/\/ Written by `npx nestjs-tasker types`/);
    // ESLint finds nothing to disable in it, reports such a comment as unused, and --fix, which Nest's `npm run lint` has, removes it.
    expect(head).not.toContain('eslint');
    expect(body.join('')).toBe(WRITTEN);
    expect(await types('--check')).toEqual({ code: 0, out: `${out} is up to date.\n`, err: '' });

    writeFileSync(
      join(templates, 'ship_order.yaml'),
      SHIPMENT.replace('name: pack', 'name: wrap').replace('pack]', 'wrap]'),
    );
    expect((await types('--check')).code).toBe(1);
    writeFileSync(join(templates, 'ship_order.yaml'), SHIPMENT);
  });

  it('refuses faulty templates, and keeps the file', async () => {
    await types();
    const before = readFileSync(out, 'utf8');
    const faulty = join(templates, 'faulty.yaml');
    writeFileSync(faulty, 'name: a\n');
    const { code, err } = await types();
    expect(code).toBe(1);
    expect(err).toContain('faulty.yaml:1:1 step_templates: is required.');
    expect(readFileSync(out, 'utf8')).toBe(before);
    rmSync(faulty);
  });

  it('lets the compiler check starts and handlers, also of a long template', async () => {
    writeFileSync(join(templates, 'long.yaml'), LONG);
    await types();
    writeFileSync(join(folder, 'use.ts'), USE);
    expect(typeProblems([out, join(folder, 'use.ts')])).toEqual([]);
  }, 180_000);
});

describe('the names of templates in the file', () => {
  const template = (namespace: string, name: string, version = '1.0.0'): TaskTemplate =>
    ({ namespace, name, version }) as TaskTemplate;
  const namesOf = (...templates: readonly TaskTemplate[]): string[] =>
    namedTemplates(templates).map(({ constant }) => constant);

  it('are those of the tasks, with the namespace where two have it, in an order of their own', () => {
    const given = [template('b', 'refund'), template('default', 'ecommerce/ship-order'), template('a', 'refund')];
    expect(namesOf(...given)).toEqual(['aRefund', 'bRefund', 'ecommerceShipOrder']);
    expect(namesOf(...given.toReversed())).toEqual(namesOf(...given));
  });

  it('are without version for the latest release', () => {
    const versions = ['1.9.0', '2.0.0-beta.1', '1.10.0'].map((version) => template('a', 'pay', version));
    expect(namesOf(...versions)).toEqual(['payV2_0_0_beta_1', 'pay', 'payV1_9_0']);
  });

  it('are ones that TypeScript takes, and no name twice', () => {
    const names = ['delete', '2fa', '…', 'größe', 'a b', 'a_b', 'type'].map((name) => template('n', name));
    expect(namesOf(...names)).toEqual(['task2fa', 'aB', 'aBTask', 'deleteTask', 'größe', 'typeTask', 'task']);
  });
});
