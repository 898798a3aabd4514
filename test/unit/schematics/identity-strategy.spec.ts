import { describe, expect, it } from '@jest/globals';
import { newNest11, newNest12, runSchematic } from '../../support/schematics.js';

const ROOT = 'src/app.module.ts';

/** An application whose module imports what `options` configures. */
const applicationWith = (configured: string) => {
  const tree = newNest12();
  const imports = `imports: [${configured}]`;
  tree.overwrite(ROOT, tree.readText(ROOT).replace('imports: []', imports));
  return tree;
};
const generate = (tree = newNest12(), options: object = {}) =>
  runSchematic('identity-strategy', { name: 'order', ...options }, tree);

describe('the identity-strategy schematic', () => {
  it.each([
    ['TaskerModule.forRoot()', 'TaskerModule.forRoot({ identity: { strategy: OrderIdentity } })'],
    [
      "TaskerModule.forRoot({ templates: ['tasks'] })",
      "TaskerModule.forRoot({ templates: ['tasks'], identity: { strategy: OrderIdentity } })",
    ],
    [
      'TaskerModule.forRoot({ identity: { windowSeconds: 5 } })',
      'TaskerModule.forRoot({ identity: { windowSeconds: 5, strategy: OrderIdentity } })',
    ],
    [
      'TaskerModule.forRoot({ identity: { strategy: OrderIdentity } })',
      'TaskerModule.forRoot({ identity: { strategy: OrderIdentity } })',
    ],
    [
      'TaskerModule.forRootAsync({ useFactory: () => ({}) })',
      'TaskerModule.forRootAsync({ useFactory: () => ({ identity: { strategy: OrderIdentity } }) })',
    ],
  ])('sets it in %s', async (before, after) => {
    const { tree, said } = await generate(applicationWith(before));
    const module = tree.readText(ROOT);
    expect(module).toContain(`imports: [${after}]`);
    expect(module).toContain('providers: [AppService, OrderIdentity]');
    expect(module).toContain("import { OrderIdentity } from './order/order.identity.js';");
    expect(said.join()).not.toContain('TaskerModule');
    expect((await generate(tree)).tree.readText(ROOT)).toBe(module);
  });

  it.each([
    ["TaskerModule.forRoot({ identity: { strategy: 'hash' } })", "has identity.strategy: 'hash'. To use OrderIdentity"],
    ['TaskerModule.forRoot({ identity: { ...shared } })', 'Set it in the options of TaskerModule'],
    ['TaskerModule.forRoot({ identity })', 'Set it in the options of TaskerModule'],
    ['TaskerModule.forRoot({ ...shared })', 'Set it in the options of TaskerModule'],
    ['TaskerModule.forRoot(options)', 'Set it in the options of TaskerModule'],
    ['TaskerModule.forRootAsync({ useFactory })', 'Set it in the options of TaskerModule'],
    ['', 'Set it in the options of TaskerModule: identity: { strategy: OrderIdentity }.'],
  ])('says what is left to do where it cannot be set, as in %j', async (configured, sentence) => {
    const { tree, said } = await generate(applicationWith(configured));
    expect(tree.readText(ROOT)).toContain(`imports: [${configured}]`);
    expect(said.join('\n')).toContain(sentence);
  });

  it('sets it in another file than that of its module, for CommonJS too', async () => {
    const options = "import { TaskerModule } from 'nestjs-tasker';\nexport const tasker = TaskerModule.forRoot({});\n";
    const { tree } = await generate(newNest11({ 'src/config/tasker.ts': options }), { name: 'shop/order' });
    expect(tree.readText('src/config/tasker.ts')).toBe(`import { TaskerModule } from 'nestjs-tasker';
import { OrderIdentity } from '../shop/order/order.identity';
export const tasker = TaskerModule.forRoot({ identity: { strategy: OrderIdentity } });
`);
    expect(tree.exists('src/shop/order/order.identity.spec.ts')).toBe(true);
  });

  it('sets nothing with --skip-import', async () => {
    const { tree } = await generate(applicationWith('TaskerModule.forRoot()'), { skipImport: true });
    expect(tree.readText(ROOT)).toContain('[TaskerModule.forRoot()]');
  });
});
