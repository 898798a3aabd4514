import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { textIn, writeFiles } from '../../../lib/cli/files.writing.js';

describe('files that belong together', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tasker-files-'));
    writeFileSync(join(folder, 'old.yaml'), 'old');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const at = (...path: readonly string[]): string => join(folder, ...path);

  it('are written with the folders that they need, over what was there', () => {
    writeFiles([
      { path: at('old.yaml'), text: 'new' },
      { path: at('deep', 'er', 'more.yaml'), text: 'more' },
    ]);
    expect([textIn(at('old.yaml')), textIn(at('deep', 'er', 'more.yaml'))]).toEqual(['new', 'more']);
    expect(readdirSync(folder).toSorted()).toEqual(['deep', 'old.yaml']);
  });

  it('are left as they were, without drafts, where one cannot be written', () => {
    const faulty = { path: at('old.yaml', 'below-a-file.yaml'), text: '' };
    expect(() =>
      writeFiles([{ path: at('old.yaml'), text: 'new' }, { path: at('first.yaml'), text: '' }, faulty]),
    ).toThrow(`Cannot write ${faulty.path}`);
    expect(readFileSync(at('old.yaml'), 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['old.yaml']);
  });

  it('leave no draft where one cannot be moved to its place', () => {
    mkdirSync(at('taken.yaml', 'folder'), { recursive: true });
    expect(() => writeFiles([{ path: at('taken.yaml'), text: '' }])).toThrow(`Cannot write ${at('taken.yaml')}`);
    expect(readdirSync(folder).toSorted()).toEqual(['old.yaml', 'taken.yaml']);
  });
});
