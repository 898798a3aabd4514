import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import * as tasker from '../../../lib/index.js';
import { migrationStatus } from '../../../lib/persistence/migration.runner.js';
import { createEmptyDatabase, type TestDatabase } from '../../support/database.js';
import { connect } from '../../support/persistence.js';
import { newNest12, runSchematic } from '../../support/schematics.js';

type MigrationClass = new () => MigrationInterface;

/** The class that the schematic writes. */
async function generated(schema: string): Promise<MigrationClass> {
  const { tree } = await runSchematic('migration', { schema }, newNest12());
  const file = tree.files.find((path) => path.startsWith('/src/migrations/'))!;
  const { outputText } = ts.transpileModule(tree.readText(file), {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const exported: Record<string, MigrationClass> = {};
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- it is what the schematic writes
  new Function('exports', 'require', outputText)(exported, () => tasker);
  return Object.values(exported)[0]!;
}

/** The application's own, which comes after ours. */
class Orders9999999999999 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table orders (id int)');
  }
  async down(): Promise<void> {}
}

class Broken9999999999999 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table orders (id no_such_type)');
  }
  async down(): Promise<void> {}
}

describe('a TypeORM migration that applies ours', () => {
  let db: TestDatabase;
  let source: DataSource | undefined;

  beforeEach(async () => {
    db = await createEmptyDatabase();
  });
  afterEach(async () => {
    await source?.destroy();
    await db.drop();
  });

  const open = async (...migrations: readonly MigrationClass[]): Promise<DataSource> => {
    source = new DataSource({ type: 'postgres', url: db.url, migrations: [...migrations] });
    return source.initialize();
  };
  const inDatabase = async <T>(ask: (client: Awaited<ReturnType<typeof connect>>) => Promise<T>): Promise<T> => {
    const client = await connect(db.url);
    return ask(client).finally(() => client.end());
  };
  const upToDate = { missing: [], unknown: [], edited: [] };

  it.each(['all', 'each', 'none'] as const)(
    'leaves settings to the next migration as they were, with the transaction mode "%s"',
    async (transaction) => {
      const opened = await open(await generated('flows'), Orders9999999999999);
      await opened.runMigrations({ transaction });

      expect(await inDatabase((client) => migrationStatus(client, 'flows'))).toEqual(upToDate);
      expect(await opened.query(`select to_regclass('public.orders')::text as orders`)).toEqual([{ orders: 'orders' }]);
    },
  );

  it('is rolled back with the migrations that it shares a transaction with', async () => {
    const opened = await open(await generated('tasker'), Broken9999999999999);
    await expect(opened.runMigrations({ transaction: 'all' })).rejects.toThrow('no_such_type');

    expect(await opened.query(`select to_regnamespace('tasker') as found`)).toEqual([{ found: null }]);
  });

  it('applies nothing to a schema that is up to date, and is not reverted', async () => {
    const opened = await open(await generated('tasker'));
    await opened.runMigrations();
    const runner = opened.createQueryRunner();
    expect(await tasker.applyTaskerMigrations(runner)).toEqual([]);
    await runner.release();

    await expect(opened.undoLastMigration()).rejects.toThrow('cannot be migrated back');
    expect(await inDatabase((client) => migrationStatus(client, 'tasker'))).toEqual(upToDate);
  });

  it('refuses a schema whose name is no identifier', async () => {
    const runner = (await open()).createQueryRunner();
    await expect(tasker.applyTaskerMigrations(runner, { schema: 'x; drop table y' })).rejects.toMatchObject({
      code: 'TASKER_INVALID_OPTIONS',
    });
    await runner.release();
  });
});
