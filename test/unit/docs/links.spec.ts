import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { headings, links, PAGES, ROOT } from './pages.js';

describe.each(PAGES)('the links of %s', (page) => {
  const own = links(page).filter((link) => !/^[a-z]+:/.test(link));

  it('lead to files that exist', () => {
    const missing = own.map((link) => targetOf(page, link)).filter((file) => !existsSync(join(ROOT, file)));
    expect(missing).toEqual([]);
  });

  it('lead to headings that exist', () => {
    const broken = own.filter((link) => {
      const [, anchor] = link.split('#');
      return anchor !== undefined && !headings(targetOf(page, link)).some((heading) => heading.anchor === anchor);
    });
    expect(broken).toEqual([]);
  });
});

describe('the README', () => {
  it('leads to every page', () => {
    const pages = PAGES.filter((page) => page !== 'README.md');
    expect(pages.filter((page) => !links('README.md').includes(page))).toEqual([]);
  });
});

function targetOf(page: string, link: string): string {
  const [file] = link.split('#');
  return file === '' ? page : normalize(join(dirname(page), file!));
}
