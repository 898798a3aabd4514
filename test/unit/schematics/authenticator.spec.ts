import { describe, expect, it } from '@jest/globals';
import { newNest11, newNest12, runSchematic, treeOf } from '../../support/schematics.js';

const FILE = 'src/staff/staff.authenticator.ts';
const TEST = 'src/staff/staff.authenticator.spec.ts';

const generate = (options: object = {}, tree = newNest12(), schematic = 'authenticator') =>
  runSchematic(schematic, { name: 'staff', ...options }, tree);

describe('the authenticator schematic', () => {
  const types = [
    ['jwt', 'jwtVerify', { jose: '^6.2.18' }],
    ['api-token', 'timingSafeEqual', {}],
    ['passport', "export const STRATEGY = 'jwt';", { passport: '^0.7.0' }],
    ['custom', 'new Map<string, TaskerUser>()', {}],
  ] as const;

  it.each(types)('writes the type %s, and so does the schematic of this name', async (type, code, packages) => {
    for (const [options, schematic] of [
      [{ type }, 'authenticator'],
      [{}, `authenticator-${type}`],
    ] as const) {
      const { tree } = await generate(options, newNest12(), schematic);
      expect(tree.readText(FILE)).toContain('export class StaffAuthenticator implements Authenticator');
      expect(tree.readText(FILE)).toContain(code);
      expect(tree.readText(TEST)).toContain("from './staff.authenticator.js'");
      const manifest = tree.readJson('package.json') as { readonly dependencies: object };
      expect(manifest.dependencies).toEqual({ ...dependenciesOf(newNest12()), ...packages });
    }
  });

  it('provides it for the token, as the only one', async () => {
    const { tree } = await generate();
    const module = tree.readText('src/app.module.ts');
    expect(module).toContain(
      'providers: [AppService, { provide: TASKER_AUTHENTICATOR, useClass: StaffAuthenticator }]',
    );
    expect(module).toContain("import { TASKER_AUTHENTICATOR } from 'nestjs-tasker';");

    await expect(generate({ name: 'other' }, tree)).rejects.toThrow(
      /^Nothing was written, because src\/app\.module\.ts already provides StaffAuthenticator as TASKER_AUTHENTICATOR/,
    );
    const again = await generate({}, tree);
    expect(again.tree.readText('src/app.module.ts')).toBe(module);
  });

  it('looks for another in all modules, and not in tests', async () => {
    const provided = '[{ provide: TASKER_AUTHENTICATOR, useFactory: () => other }]';
    const shop = { 'src/shop/shop.providers.ts': `export const providers = ${provided};` };
    await expect(generate({}, newNest12(shop))).rejects.toThrow(
      'src/shop/shop.providers.ts already provides () => other',
    );
    const { tree, said } = await generate({ skipImport: true }, newNest12(shop));
    expect(tree.exists(FILE)).toBe(true);
    expect(said).toContain(
      'Add { provide: TASKER_AUTHENTICATOR, useClass: StaffAuthenticator } to the providers of a module.',
    );
    const test = { 'src/app.spec.ts': shop['src/shop/shop.providers.ts'] };
    expect((await generate({}, newNest12(test))).tree.exists(FILE)).toBe(true);
  });

  it('keeps the version of a package that is there', async () => {
    const tree = newNest12();
    const manifest = tree.readJson('package.json') as { readonly dependencies: object };
    tree.overwrite('package.json', JSON.stringify({ ...manifest, dependencies: { jose: '5.0.0' } }));
    const { tree: written } = await generate({ type: 'jwt' }, tree);
    expect(dependenciesOf(written)).toEqual({ jose: '5.0.0' });
  });

  it('lets Jest of a CommonJS application load packages of ES modules, once', async () => {
    const patternsOf = async (patterns: readonly string[] | undefined, type = 'jwt') => {
      const host = newNest11();
      const manifest = host.readJson('package.json') as { readonly jest: object };
      const jest = { ...manifest.jest, ...(patterns && { transformIgnorePatterns: patterns }) };
      host.overwrite('package.json', JSON.stringify({ ...manifest, jest }));
      const { tree, said } = await generate({ type }, host);
      const written = tree.readJson('package.json') as unknown as typeof OWN;
      return { patterns: written.jest.transformIgnorePatterns, said: said.join('\n') };
    };
    const OWN = { jest: { transformIgnorePatterns: ['/node_modules/(?!(\\.pnpm/)?(nestjs-tasker|jose))'] } };
    const ours = OWN.jest.transformIgnorePatterns;
    const documented = ['/node_modules/(?!(\\.pnpm/)?nestjs-tasker)'];

    expect((await patternsOf(undefined)).patterns).toEqual(ours);
    expect((await patternsOf(documented)).patterns).toEqual(ours);
    expect((await patternsOf(ours)).patterns).toEqual(ours);
    expect((await patternsOf(documented, 'custom')).patterns).toEqual(documented);
    expect(await patternsOf([])).toMatchObject({ patterns: [], said: expect.not.stringContaining('transformIgnore') });
    expect(await patternsOf(['/node_modules/(?!mine)'])).toMatchObject({
      patterns: ['/node_modules/(?!mine)'],
      said: expect.stringContaining('Let Jest transform ES modules'),
    });
  });

  it('refuses the name of a Passport strategy that is none', async () => {
    await expect(generate({ type: 'passport', strategy: "x'; process.exit(); '" })).rejects.toThrow(
      'cannot name a Passport strategy',
    );
  });

  it('writes no test where the application has no runner, nor when it is told so', async () => {
    const manifest = JSON.stringify({ dependencies: { '@nestjs/core': '^12.0.0' } });
    const bare = treeOf({ 'package.json': manifest, 'src/main.ts': '' });
    expect((await generate({}, bare)).tree.exists(TEST)).toBe(false);
    expect((await generate({ spec: false })).tree.exists(TEST)).toBe(false);
  });
});

describe('the authorization-coordinator schematic', () => {
  it('provides a coordinator that denies what no role permits', async () => {
    const { tree } = await generate({}, newNest12(), 'authorization-coordinator');
    const code = tree.readText('src/staff/staff.coordinator.ts');
    expect(code).toContain('export class StaffCoordinator implements AuthorizationCoordinator<StaffUser>');
    expect(tree.exists('src/staff/staff.coordinator.spec.ts')).toBe(true);
    expect(tree.readText('src/app.module.ts')).toContain(
      '{ provide: TASKER_AUTHORIZATION_COORDINATOR, useClass: StaffCoordinator }',
    );
    await expect(generate({ name: 'other' }, tree, 'authorization-coordinator')).rejects.toThrow(
      'provides StaffCoordinator as TASKER_AUTHORIZATION_COORDINATOR',
    );
  });
});

function dependenciesOf(tree: ReturnType<typeof newNest12>): object {
  return (tree.readJson('package.json') as { readonly dependencies: object }).dependencies;
}
