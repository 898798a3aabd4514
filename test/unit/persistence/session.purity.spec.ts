import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

/** A setting of the session, where `local` would make it one of the transaction; a clause of `update` or `alter` begins otherwise. */
const SETTING =
  /\b(?:set\s+(?:session\s+)?(?!local\b)[a-z_]+\s*(?:=|\bto\b)\s*(?:on|off|'|\d)|set_config\([^)]*,\s*false\s*\))/gi;
/** Held until the session ends: by whoever shares it. */
const LOCK = /\bpg_(?:try_)?advisory_lock(?:_shared)?\s*\(/gi;
/** The only one who listens, and only where the session is its own. */
const LISTENER = 'lib/persistence/ready.channel.ts';

describe('what we say to a database whose connections others share', () => {
  const files = [...filesOf('lib', '.ts'), ...filesOf('sql', '.sql')];

  it('changes no setting and holds no lock longer than a transaction', () => {
    expect(files.length).toBeGreaterThan(200);
    const found = files.flatMap((file) => {
      const text = withoutUpdates(withoutComments(readFileSync(file, 'utf8')));
      return [...text.matchAll(SETTING), ...text.matchAll(LOCK)].map(([words]) => `${file}: ${words}`);
    });
    expect(found).toEqual([]);
  });

  it('listens in one place, which looks first whether the session is its own', () => {
    const listening = files.filter((file) => /[`'"]\s*listen\b/i.test(readFileSync(file, 'utf8')));
    expect(listening).toEqual([LISTENER]);
  });

  it.each([
    ['set synchronous_commit = off', SETTING],
    ["set session statement_timeout to '5s'", SETTING],
    ["select set_config('search_path', 'x', false)", SETTING],
    ['select pg_advisory_lock(1)', LOCK],
    ['select pg_try_advisory_lock(1)', LOCK],
  ])('would find "%s"', (text, pattern) => {
    expect(withoutUpdates(text).match(pattern)).toHaveLength(1);
  });

  it.each([
    'set local synchronous_commit = off',
    'update t set a = 1 where true',
    'alter function f(integer) set jit = off',
    'select pg_advisory_xact_lock(1)',
  ])('lets "%s" pass', (text) => {
    expect(withoutUpdates(text).match(SETTING) ?? withoutUpdates(text).match(LOCK)).toBeNull();
  });
});

function filesOf(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name));
}

function withoutComments(text: string): string {
  return text.replace(/^\s*(--|\/\/|\*|\/\*).*$/gm, '');
}

/** The clause of an update, or of a conflict that becomes one, sets columns; what a function has holds while it runs. */
function withoutUpdates(text: string): string {
  return text
    .replace(/\blanguage\s+(?:sql|plpgsql)\b[^$;]*?\bas\s+\$/gi, '')
    .replace(/\balter\s+function\b[^;']*/gi, '')
    .replace(/\balter\s+function\b[^;']*/gi, '')
    .replace(/\bupdate\b[^;`]*?\bset\b/gi, 'update')
    .replace(/\)\s*set\b/gi, ')');
}
