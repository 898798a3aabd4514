import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { read, ROOT, tableBelow } from './pages.js';

it('the table of tests that do less in `npm test` has each of them', () => {
  const files = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.spec.ts'))
    .map((file) => join('test', file))
    .filter((file) => /from '.*\/support\/amount\.js'/.test(read(file)));
  const documented = tableBelow('CONTRIBUTING.md', 'Acceptance', 'File').map((row) => row.File);
  expect(documented.toSorted()).toEqual(files.toSorted());
});
