import { describe, expect, it } from '@jest/globals';
import { exportedNames, referencePage } from '../../../scripts/reference.mjs';
import { read } from './pages.js';

describe('the reference', () => {
  it('names everything that the package exports: otherwise run `npm run schemas`', async () => {
    expect(read('docs/reference.md')).toBe(await referencePage());
  });

  it('says in one sentence what each is', () => {
    const odd = exportedNames().filter(
      ({ sentence }) => !/^[A-Z`].*[.]$/.test(sentence) || /^(What|Where|Who|Of) /.test(sentence),
    );
    expect(odd.map(({ name }) => name)).toEqual([]);
  });
});
