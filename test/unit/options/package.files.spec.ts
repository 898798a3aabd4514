import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { build, type Format } from 'esbuild';
import { packageFile, packageVersion } from '../../../lib/options/package.files.js';

const LIB = join(import.meta.dirname, '../../../lib');

describe('the package in a bundle', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tasker-bundle-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each<[Format, string]>([
    ['esm', 'main.mjs'],
    ['cjs', 'main.cjs'],
  ])('is refused in a sentence that says what to do: %s', async (format, name) => {
    const outfile = join(folder, 'dist/server', name);
    // What the bundle takes for its own package.json is that of the application.
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'shop', version: '7.0.0' }));
    const entry = `
      import { packageRoot } from './options/package.files.js';
      try { packageRoot(); } catch ({ code, message }) { console.log(JSON.stringify({ code, message })); }
    `;
    const stdin = { contents: entry, resolveDir: LIB, loader: 'ts' } as const;
    await build({ stdin, bundle: true, platform: 'node', format, outfile, logLevel: 'silent' });
    const { stdout, stderr } = spawnSync(process.execPath, [outfile], { encoding: 'utf8' });
    expect(stderr).toBe('');
    const { code, message } = JSON.parse(stdout) as { code: string; message: string };
    expect(code).toBe('TASKER_BUNDLED_PACKAGE');
    expect(message).toContain('Keep the package out of the bundle');
  });
});

describe('the files of the package', () => {
  it('are found from its code', () => {
    expect(packageFile('sql/').pathname).toMatch(/\/sql\/$/);
    expect(packageVersion()).toMatch(/^\d+\.\d+\.\d+/);
  });
});
