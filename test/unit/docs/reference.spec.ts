import { describe, expect, it } from '@jest/globals';
import { exportedNames, referencePage, unnamedAnswers } from '../../../scripts/reference.mjs';
import { PAGES, read } from './pages.js';

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

describe('the exported names', () => {
  const names = exportedNames();

  it('are few, as each is a promise to hosts: before you export another, decide whether a host writes it', () => {
    expect(names.length).toBeLessThanOrEqual(240);
  });

  it('include the types that hosts get from them, which a host that declares its own types must name', () => {
    expect(unnamedAnswers()).toEqual([]);
  });

  it('are described by the pages, unless they are types', () => {
    const text = PAGES.filter((page) => page !== 'docs/reference.md')
      .map(read)
      .join('\n');
    const words = new Set(text.match(/\w+/g));
    expect(names.filter(({ name, kind }) => kind !== 'type' && !words.has(name)).map(({ name }) => name)).toEqual([]);
  });
});
