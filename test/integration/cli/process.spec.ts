import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { programOf } from '../../support/compiled.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

const root = join(import.meta.dirname, '../../..');

describe('the tasker command as a process', () => {
  let db: TestDatabase;

  beforeAll(async () => {
    db = await createTestDatabase();
  });
  afterAll(() => db.drop());

  it('answers with its exit code, and ends', async () => {
    const { file, flags } = programOf('lib/cli/main.ts');
    const run = (...argv: readonly string[]) =>
      promisify(execFile)(process.execPath, [...flags, file, ...argv], {
        cwd: root,
        env: { ...process.env, DATABASE_URL: db.url },
      });
    expect(await run('status')).toMatchObject({ stdout: 'The schema "tasker" is up to date.\n' });
    await expect(run('status', '--schema', 'other')).rejects.toMatchObject({ code: 1, stdout: '' });
    await expect(run('no-such-command')).rejects.toMatchObject({ code: 2, stdout: '' });
  }, 120_000); // three processes take their time on a busy machine
});
