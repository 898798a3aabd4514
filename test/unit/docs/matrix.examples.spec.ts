import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { codeBlocks, ROOT } from './pages.js';

const folder = mkdtempSync(join(ROOT, 'node_modules/.docs-')); // where the packages of the imports are found
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the first example of a page that contains a text, as a reader who has copied it. */
async function run(page: string, text: string): Promise<void> {
  const block = codeBlocks(page).find((each) => each.language === 'ts' && each.text.includes(text))!;
  const file = join(folder, `${block.place.replaceAll(/\W/g, '_')}.ts`);
  writeFileSync(file, block.text);
  await import(file);
}

describe('the example of a matrix of roles', () => {
  it('prints the table below it', async () => {
    const printed = jest.spyOn(console, 'log').mockImplementation(() => undefined);
    try {
      await run('docs/authorization.md', 'permissionMatrix(auth)');
      const [table] = codeBlocks('docs/authorization.md').filter(({ text }) => text.startsWith('permission  '));
      expect(`${printed.mock.calls.join('\n')}\n`).toBe(table!.text);
    } finally {
      printed.mockRestore();
    }
  });
});

// Its own tests are registered here, and run like those of a reader.
await run('docs/testing.md', 'permissionMatrix(coordinator');
