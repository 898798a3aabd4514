import { describe, expect, it } from '@jest/globals';
import { newNest11, newNest12, runSchematic } from '../../support/schematics.js';

const generate = (options: object = {}, tree = newNest12()) => runSchematic('migration', options, tree);
const migrationsIn = (files: readonly string[]) => files.filter((file) => file.includes('-tasker-'));

describe('the migration schematic', () => {
  it('writes a migration whose name ends in its time, as TypeORM demands', async () => {
    const { tree } = await generate();
    const [file] = migrationsIn(tree.files);
    const [, time] = /^\/src\/migrations\/(\d{13})-tasker-[\w-]+\.ts$/.exec(file!)!;
    const code = tree.readText(file!);
    expect(code).toMatch(new RegExp(`export class Tasker_\\w+_${time!} implements MigrationInterface`));
    expect(code).toMatch(new RegExp(`readonly name = 'Tasker_\\w+_${time!}';`));
    expect(code).toContain("applyTaskerMigrations(runner, { schema: 'tasker' })");
  });

  it('writes one for each version of the package', async () => {
    const first = await generate({}, newNest11());
    const { tree, said } = await generate({}, first.tree);
    expect(migrationsIn(tree.files)).toHaveLength(1);
    expect(said.join('\n')).toContain('already exists for this version of nestjs-tasker.');
  });

  it('takes a schema and a folder', async () => {
    const { tree } = await generate({ schema: 'flows', path: 'database/migrations', name: 'flows' });
    const file = tree.files.find((path) => path.startsWith('/src/database/migrations/'))!;
    expect(tree.readText(file)).toContain("{ schema: 'flows' }");
  });

  it.each([
    [{ schema: 'Flows; drop' }, '"Flows; drop" cannot name a schema'],
    [{ name: '2fa' }, '"2fa" cannot name a migration'],
  ])('refuses %j', async (options, sentence) => {
    await expect(generate(options)).rejects.toThrow(sentence);
  });
});
