import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadTemplates } from '../../../lib/templates/template.loader.js';
import { tasker } from '../../support/command.js';
import { FULFIL_ORDER, GENERATED } from '../../support/rails.templates.js';
import { newNest12, runSchematic } from '../../support/schematics.js';
import { SETTINGS } from '../templates/loading.support.js';

describe('tasker import-templates', () => {
  let folder: string;
  let rails: string;
  let out: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tasker-import-'));
    rails = join(folder, 'rails');
    out = join(folder, 'tasks');
    mkdirSync(join(rails, 'our_task'), { recursive: true });
    writeFileSync(join(rails, 'our_task/order_process.yaml'), GENERATED);
    writeFileSync(join(rails, 'fulfil_order.yaml'), FULFIL_ORDER);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('names handlers as the schematic will, of API handlers its kind, in folders as in the source', async () => {
    const { out: report } = await tasker(['import-templates', rails, '--out', out]);

    expect(existsSync(join(out, 'our_task/order_process.yaml'))).toBe(true);
    expect(existsSync(join(out, 'fulfil_order.yaml'))).toBe(true);
    const commands = [...report.matchAll(/generate step-handler (\S+)(.*)/g)];
    expect(commands.map(([, name]) => name)).toContain('our-task-order-process/our_task_order_process.process_datum');
    expect(commands.filter(([, , kind]) => kind === ' --kind http').map(([, name]) => name!.split('.')[1])).toEqual([
      'load_order',
      'fetch_data',
    ]);
    const { templates } = loadTemplates([out], { ...SETTINGS, variables: null });
    const named = new Set(templates.flatMap(({ template }) => template.steps.map(({ handler }) => handler)));
    const generated = await Promise.all(
      commands.map(async ([, name]) => {
        const { tree } = await runSchematic('step-handler', { name, spec: false }, newNest12());
        const file = tree.files.find((path) => path.endsWith('.handler.ts'))!;
        return /@StepHandler\('(.*)'\)/.exec(tree.readText(file))![1];
      }),
    );
    expect(new Set(generated)).toEqual(named);
    expect(commands).toHaveLength(named.size);
  });
});
