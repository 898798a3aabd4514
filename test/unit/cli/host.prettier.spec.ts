import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { formattedByHost } from '../../../lib/cli/host.prettier.js';

const PRETTIER = `exports.resolveConfig = async () => null;
exports.format = async (text) => text.toUpperCase();`;

describe('text that is written into a host', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tasker-prettier-'));
    jest.spyOn(process, 'cwd').mockReturnValue(folder);
    const installed = join(folder, 'node_modules/prettier');
    mkdirSync(installed, { recursive: true });
    writeFileSync(join(installed, 'package.json'), '{ "main": "index.js" }');
    writeFileSync(join(installed, 'index.js'), PRETTIER);
  });
  afterEach(() => {
    jest.restoreAllMocks();
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['with the Prettier that it depends on', '{ "dependencies": { "prettier": "*" } }', 'TEXT'],
    ['with the Prettier that it is developed with', '{ "devDependencies": { "prettier": "*" } }', 'TEXT'],
    ['not with one that another package brought', '{ "devDependencies": { "other": "*" } }', 'text'],
    ['not with any where its own package.json cannot be read', '{', 'text'],
  ])('is formatted %s', async (_, manifest, expected) => {
    writeFileSync(join(folder, 'package.json'), manifest);
    expect(await formattedByHost(join(folder, 'types.ts'), 'text')).toBe(expected);
  });
});
