import { describe, expect, it, jest } from '@jest/globals';
import { importExample } from './example.module.js';
import { codeBlocks } from './pages.js';

describe('the example of a matrix of roles', () => {
  it('prints the table below it', async () => {
    const printed = jest.spyOn(console, 'log').mockImplementation(() => undefined);
    try {
      await importExample('docs/authorization.md', 'permissionMatrix(auth)');
      const [table] = codeBlocks('docs/authorization.md').filter(({ text }) => text.startsWith('permission  '));
      expect(`${printed.mock.calls.join('\n')}\n`).toBe(table!.text);
    } finally {
      printed.mockRestore();
    }
  });
});

// Its own tests are registered here, and run like those of a reader.
await importExample('docs/testing.md', 'permissionMatrix(coordinator');
