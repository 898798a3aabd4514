import { describe, expect, it } from '@jest/globals';
import { newNest11, newNest12, runSchematic } from '../../support/schematics.js';

const generate = (options: object, tree = newNest12()) => runSchematic('step-handler', options, tree);

describe('the step-handler schematic', () => {
  it('writes a class and its test, and registers it in the nearest module', async () => {
    const { tree } = await generate({ name: 'ecommerce.reserve_stock' });
    expect(tree.readText('src/reserve-stock/reserve-stock.handler.ts')).toContain(
      "@StepHandler('ecommerce.reserve_stock')\nexport class ReserveStockHandler",
    );
    expect(tree.readText('src/reserve-stock/reserve-stock.handler.spec.ts')).toContain("from 'vitest'");
    expect(tree.readText('src/app.module.ts')).toBe(`import { Module } from '@nestjs/common';
import { AppService } from './app.service.js';
import { ReserveStockHandler } from './reserve-stock/reserve-stock.handler.js';

@Module({
  imports: [],
  providers: [AppService, ReserveStockHandler],
})
export class AppModule {}
`);
  });

  it.each(['shop.reserve_stock_handler', 'reserveStockHandler'])(
    'says "handler" once in the names of the class and the file, but leaves the name for templates: %s',
    async (name) => {
      const { tree, said } = await generate({ name });
      const named = name.startsWith('shop.') ? name : 'reserve_stock_handler';
      expect(tree.readText('src/reserve-stock/reserve-stock.handler.ts')).toContain(
        `@StepHandler('${named}')\nexport class ReserveStockHandler`,
      );
      expect(said).toContain(`To run it, write "handler: ${named}" in a template.`);
    },
  );

  it('takes a name that is nothing but the ending', async () => {
    const { tree } = await generate({ name: 'handler' });
    expect(tree.readText('src/handler/handler.handler.ts')).toContain('class HandlerHandler');
  });

  it('writes for CommonJS and Jest where the application has these', async () => {
    const { tree } = await generate({ name: 'reserve_stock' }, newNest11());
    const test = tree.readText('src/reserve-stock/reserve-stock.handler.spec.ts');
    expect(test).toContain("from './reserve-stock.handler';");
    expect(test).not.toContain('vitest');
    expect(tree.readText('src/app.module.ts')).toContain("from './reserve-stock/reserve-stock.handler';");
  });

  it.each(['plain', 'transactional', 'http'])('has the kind %s', async (kind) => {
    const { tree } = await generate({ name: 'reserve_stock', kind });
    const code = tree.readText('src/reserve-stock/reserve-stock.handler.ts');
    expect(code).toContain(
      { plain: 'process({ task', transactional: 'transactional: true', http: 'extends HttpStepHandler' }[kind],
    );
  });

  it('places files as the Nest CLI does', async () => {
    const paths = async (options: object): Promise<readonly string[]> => {
      const { tree } = await generate({ name: 'orders/reserve_stock', spec: false, ...options });
      return tree.files.filter((file) => file.endsWith('.handler.ts'));
    };
    expect(await paths({})).toEqual(['/src/orders/reserve-stock/reserve-stock.handler.ts']);
    expect(await paths({ flat: true })).toEqual(['/src/orders/reserve-stock.handler.ts']);
    expect(await paths({ path: 'shop', flat: true })).toEqual(['/src/shop/orders/reserve-stock.handler.ts']);
  });

  it('writes into the project of a monorepo that it is told', async () => {
    const projects = { shop: { sourceRoot: 'apps/shop/src' }, desk: { sourceRoot: 'apps/desk/src' } };
    const module = newNest12().readText('src/app.module.ts');
    const tree = newNest12({ 'apps/shop/src/shop.module.ts': module, 'apps/desk/src/desk.module.ts': module });
    tree.overwrite('nest-cli.json', JSON.stringify({ monorepo: true, sourceRoot: 'apps/desk/src', projects }));

    const { tree: written } = await generate({ name: 'reserve_stock', project: 'shop' }, tree);
    expect(written.exists('apps/shop/src/reserve-stock/reserve-stock.handler.ts')).toBe(true);
    expect(written.readText('apps/shop/src/shop.module.ts')).toContain('ReserveStockHandler');
    await expect(generate({ name: 'x', project: 'ship' }, tree)).rejects.toThrow(
      'nest-cli.json has no project "ship"; it has shop, desk.',
    );
  });

  it('changes nothing when it is run a second time', async () => {
    const first = await generate({ name: 'reserve_stock' });
    const module = first.tree.readText('src/app.module.ts');
    const { tree, said } = await generate({ name: 'reserve_stock' }, first.tree);
    expect(tree.readText('src/app.module.ts')).toBe(module);
    expect(said).toContain('src/reserve-stock/reserve-stock.handler.ts already exists with this text.');
  });

  it('replaces what it finds only by force', async () => {
    const file = 'src/reserve-stock/reserve-stock.handler.ts';
    const tree = newNest12({ [file]: '// mine' });
    await expect(generate({ name: 'reserve_stock' }, tree)).rejects.toThrow(`what you have in ${file}`);
    const { tree: forced } = await generate({ name: 'reserve_stock', force: true }, tree);
    expect(forced.readText(file)).toContain('class ReserveStockHandler');
  });

  it.each(['2fa', 'order item', 'a/../b.', '-x', 'Bestellung#1', 'a.b.c'])(
    'refuses the name %j in a sentence',
    async (name) => {
      await expect(generate({ name })).rejects.toThrow(/ cannot name a .*\.$/);
    },
  );

  it('refuses a folder that is no Nest application', async () => {
    const tree = newNest12();
    tree.delete('nest-cli.json');
    tree.overwrite('package.json', '{}');
    await expect(generate({ name: 'reserve_stock' }, tree)).rejects.toThrow(
      'This is not the folder of a Nest application',
    );
  });

  it('writes nothing when the module has a syntax error', async () => {
    const tree = newNest12();
    tree.overwrite('src/app.module.ts', '@Module({ providers: [ })\nexport class AppModule {}\n');
    await expect(generate({ name: 'reserve_stock' }, tree)).rejects.toThrow(
      /^Nothing was written, because src\/app\.module\.ts has a syntax error: .* \(line 1\)\.$/,
    );
  });
});
