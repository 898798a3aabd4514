import { describe, expect, it } from '@jest/globals';
import { contentsOf, newNest11, newNest12, runSchematic, treeOf } from '../../support/schematics.js';

const FILE = 'src/staff/staff.authenticator.ts';
const TEST = 'src/staff/staff.authenticator.spec.ts';

const generate = (options: object = {}, tree = newNest12(), schematic = 'authenticator') =>
  runSchematic(schematic, { name: 'staff', ...options }, tree);

describe('the authenticator schematic', () => {
  const types = [
    ['jwt', 'class StaffAuthenticator extends JwtAuthenticator', 'StaffAuthenticator', {}],
    ['openid', 'issuer: process.env.TASKER_ISSUER', 'StaffAuthenticator', {}],
    ['api-token', 'class StaffAuthenticator extends ApiTokenAuthenticator', 'StaffAuthenticator', {}],
    [
      'passport',
      "passportAuthenticator('jwt'",
      'staffAuthenticator',
      { '@nestjs/passport': '^12.0.0', passport: '^0.7.0' },
    ],
    ['custom', 'class StaffAuthenticator implements Authenticator', 'StaffAuthenticator', {}],
  ] as const;

  it.each(types)('writes the type %s, and so does the schematic of this name', async (type, code, name, packages) => {
    for (const [options, schematic] of [
      [{ type }, 'authenticator'],
      [{}, `authenticator-${type}`],
    ] as const) {
      const { tree } = await generate(options, newNest12(), schematic);
      expect(tree.readText(FILE)).toContain(code);
      expect(tree.readText(FILE)).toMatch(/@TaskerAuthenticator\(\)|provide: TASKER_AUTHENTICATOR/);
      expect(tree.readText(TEST)).toContain(`import { ${name} } from './staff.authenticator.js'`);
      expect(dependenciesOf(tree)).toEqual({ ...dependenciesOf(newNest12()), ...packages });
      const module = tree.readText('src/app.module.ts');
      expect(module).toContain(`providers: [AppService, ${name}]`);
      expect(module.includes('TaskerModule')).toBe(type === 'api-token');
      const again = await generate(options, tree, schematic);
      expect(contentsOf(again.tree)).toEqual(contentsOf(tree));
      expect(again.tasks).toEqual([]);
    }
  });

  it('imports the module of API tokens unless it is there', async () => {
    const root = {
      'src/app.module.ts': '@Module({ imports: [TaskerModule.forRoot({})] })\nexport class AppModule {}\n',
    };
    const { tree } = await generate({ type: 'api-token' }, newNest12(root));
    expect(tree.readText('src/app.module.ts')).toContain(
      '@Module({ imports: [TaskerModule.forRoot({})], providers: [StaffAuthenticator] })',
    );
  });

  it.each<[string, Record<string, string>, string]>([
    ['a class', { 'src/a.ts': '@Injectable()\n@TaskerAuthenticator()\nexport class Guests {}\n' }, 'Guests'],
    [
      'a token',
      { 'src/shop/b.ts': 'const a = { provide: TASKER_AUTHENTICATOR, useFactory: () => own };' },
      '() => own',
    ],
  ])('refuses a second one beside %s of any file', async (_, files, provided) => {
    await expect(generate({}, newNest12(files))).rejects.toThrow(
      `Nothing was written, because ${Object.keys(files)[0]} already provides ${provided}, and this would be a second authenticator.`,
    );
    const { tree, said } = await generate({ skipImport: true }, newNest12(files));
    expect(tree.exists(FILE)).toBe(true);
    expect(said).toContain('Add StaffAuthenticator to the providers of a module.');
  });

  it('takes none of tests for another, nor one that is only mentioned', async () => {
    const files = {
      'src/app.spec.ts': 'export const providers = [{ provide: TASKER_AUTHENTICATOR, useValue: {} }];',
      'src/app.ts': '// TASKER_AUTHENTICATOR\n@Injectable()\nexport class Other { token = TASKER_AUTHENTICATOR; }\n',
    };
    expect((await generate({}, newNest12(files))).tree.exists(FILE)).toBe(true);
  });

  it('keeps the version of a package that is there, and takes that of Nest 11', async () => {
    const tree = newNest11();
    const manifest = tree.readJson('package.json') as { readonly dependencies: object };
    const dependencies = { ...manifest.dependencies, passport: '0.6.0' };
    tree.overwrite('package.json', JSON.stringify({ ...manifest, dependencies }));
    const { tree: written } = await generate({ type: 'passport' }, tree);
    expect(dependenciesOf(written)).toMatchObject({ passport: '0.6.0', '@nestjs/passport': '^11.0.5' });
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
  const TASKER = "TaskerModule.forRoot({ templates: ['tasks'] })";
  const withTasker = (call = TASKER) => {
    const tree = newNest12();
    tree.overwrite(
      'src/app.module.ts',
      tree.readText('src/app.module.ts').replace('imports: []', `imports: [${call}]`),
    );
    return tree;
  };

  it.each([
    ['authorization-coordinator', {}],
    ['authorization-coordinator-roles', {}],
  ])('declares roles, as %s', async (schematic, options) => {
    const { tree } = await generate(options, withTasker(), schematic);
    expect(tree.readText('src/staff/staff.roles.ts')).toContain("support: { includes: ['viewer']");
    expect(tree.readText('src/staff/staff.roles.spec.ts')).toContain('permissionMatrix({ roles: staffRoles })');
    const module = tree.readText('src/app.module.ts');
    expect(module).toContain("TaskerModule.forRoot({ templates: ['tasks'], auth: { roles: staffRoles } })");
    expect(module).toContain("import { staffRoles } from './staff/staff.roles.js';");
    expect(module).toContain('providers: [AppService]');
    expect(contentsOf((await generate(options, tree, schematic)).tree)).toEqual(contentsOf(tree));
  });

  it.each([
    ["TaskerModule.forRoot({ auth: 'none' })", 'Set it in the options of TaskerModule: auth: { roles: staffRoles }.'],
    ['TaskerModule.forRoot({ auth: { roles: {} } })', 'has auth.roles: {}. To use staffRoles, put it in its place.'],
    ['TaskerModule.forRoot(options)', 'Set it in the options of TaskerModule: auth: { roles: staffRoles }.'],
  ])('says what is left to do in %s', async (call, sentence) => {
    const { tree, said } = await generate({ type: 'roles' }, withTasker(call), 'authorization-coordinator');
    expect(said.join()).toContain(sentence);
    expect(tree.readText('src/app.module.ts')).toContain(call);
  });

  it('says where roles are set if it does not set them', async () => {
    const { tree, said } = await generate({ skipImport: true }, withTasker(), 'authorization-coordinator');
    expect(said).toContain('Set it in the options of TaskerModule: auth: { roles: staffRoles }.');
    expect(tree.readText('src/app.module.ts')).toContain(TASKER);
  });

  it.each([
    ['authorization-coordinator', { type: 'custom' }],
    ['authorization-coordinator-custom', {}],
  ])('writes a coordinator, as %s', async (schematic, options) => {
    const { tree } = await generate(options, newNest12(), schematic);
    const code = tree.readText('src/staff/staff.coordinator.ts');
    expect(code).toContain('@TaskerAuthorizationCoordinator()\nexport class StaffCoordinator');
    expect(tree.readText('src/staff/staff.coordinator.spec.ts')).toContain('new StaffCoordinator()');
    expect(tree.readText('src/app.module.ts')).toContain('providers: [AppService, StaffCoordinator]');
    await expect(generate({ ...options, name: 'other' }, tree, schematic)).rejects.toThrow(
      'src/staff/staff.coordinator.ts already provides StaffCoordinator, and this would be a second authorization coordinator',
    );
  });
});

function dependenciesOf(tree: ReturnType<typeof newNest12>): object {
  return (tree.readJson('package.json') as { readonly dependencies: object }).dependencies;
}
