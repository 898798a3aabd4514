import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newNest12 } from '../../support/schematics.js';
import { tasker } from '../../support/command.js';
import { programOf } from '../../support/compiled.js';

const ROOT = join(import.meta.dirname, '../../..');

describe('tasker generate', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tasker-generate-'));
    const host = newNest12();
    for (const path of host.files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), host.readText(path));
    }
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** As a process of its own, for it works in the folder where it was started. */
  const generate = (...argv: readonly string[]): Promise<{ code: number; out: string; err: string }> =>
    new Promise((resolve) => {
      const program = programOf('lib/cli/main.ts');
      const args = [...program.flags, program.file, 'generate', ...argv];
      execFile(process.execPath, args, { cwd: folder }, (error, out, err) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
      });
    });

  it('says what would be written, writes it, and refuses to replace it', async () => {
    const argv = ['step-handler', 'pay.charge_card', '--flat', '--no-spec'];
    const file = join(folder, 'src/charge-card.handler.ts');

    const dry = await generate(...argv, '--dry-run');
    expect(dry).toMatchObject({ code: 0, err: '' });
    expect(dry.out).toContain('CREATE src/charge-card.handler.ts\nUPDATE src/app.module.ts\nNothing was written');
    expect(() => readFileSync(file)).toThrow('ENOENT');

    expect(await generate(...argv)).toMatchObject({ code: 0 });
    expect(readFileSync(file, 'utf8')).toContain("@StepHandler('pay.charge_card')");

    writeFileSync(file, '// mine');
    const again = await generate(...argv);
    expect(again).toMatchObject({ code: 1, out: '' });
    expect(again.err).toContain('this would replace what you have in src/charge-card.handler.ts');
    expect(readFileSync(file, 'utf8')).toBe('// mine');
  }, 120_000); // processes compile what they load

  it('lists the schematics, and the options of one', async () => {
    expect((await tasker(['generate', '--help'])).out).toContain('step-handler|sh');
    expect((await tasker(['g', 'migration', '--help'])).out).toContain('[options] [name]');
    const { code, out } = await tasker(['g', 'sh', '--help']);
    expect(code).toBe(0);
    expect(out).toMatch(
      /--kind <value>[^]*choices: "plain",\s+"transactional", "http"[^]*--no-spec +Do not write a test\./,
    );
  });

  it.each([[[]], [['no-such']], [['sh']], [['sh', 'x', '--kind', 'odd']], [['sh', 'x', '--odd']]])(
    'ends with 2 and a hint when it is called with %j',
    async (argv) => {
      const { code, out, err } = await tasker(['generate', ...argv]);
      expect([code, out]).toEqual([2, '']);
      expect(err).not.toBe('');
    },
  );
});
