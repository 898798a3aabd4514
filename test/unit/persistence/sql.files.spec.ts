import { describe, expect, it } from '@jest/globals';
import { readSqlFiles } from '../../../lib/persistence/sql.files.js';

const { migrations, objects } = await readSqlFiles();

describe('the files of sql/', () => {
  const all = [...migrations, ...objects].map((file) => [file.name, file] as const);

  it('are migrations in the order of their numbers, each of which is there once, functions, then views', () => {
    const numbers = migrations.map(({ name }) => /^migrations\/(\d{4})_[a-z_]+\.sql$/.exec(name)?.[1]);
    expect(numbers).toEqual([...new Set(numbers)].sort());
    expect(numbers).not.toContain(undefined);
    const kinds = objects.map(({ name }) => name.split('/')[0]);
    expect(kinds).toEqual([...kinds].sort());
    expect(new Set(kinds)).toEqual(new Set(['functions', 'views']));
  });

  it.each(all)('%s names its schema only as __schema__', (_, { text }) => {
    const statements = text.replaceAll(/--.*$/gm, '');
    expect(statements).not.toMatch(/\btasker\./);
    expect(statements).not.toMatch(/\b(from|join|into|update|references) (tasks|workflow_steps|ready_steps|workers)\b/);
  });

  it.each(all.filter(([name]) => name !== 'migrations/0001_tables.sql'))(
    '%s holds no backslash, which means something else where standard_conforming_strings is off',
    (_, { text }) => expect(text).not.toContain('\\'),
  );

  it.each(all.filter(([name]) => !name.startsWith('migrations/')))(
    '%s holds the one object it is named after',
    (name, { text }) => {
      const [folder, file] = name.split('/') as [string, string];
      const made = [...text.matchAll(/^create or replace (\w+) __schema__\.(\w+)/gm)].map(
        ([, kind, object]) => `${kind} ${object}`,
      );
      expect(made).toEqual([`${folder.slice(0, -1)} ${file.replace('.sql', '')}`]);
    },
  );
});
