import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { headings, links, PAGES, read, ROOT } from './pages.js';

describe.each(PAGES)('the links of %s', (page) => {
  const own = linksInside(page);

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

describe('the package', () => {
  const { files } = JSON.parse(read('package.json')) as { files: readonly string[] };
  const packed = ['README.md', ...files];

  it.each(PAGES)('has what %s links to', (page) => {
    const targets = linksInside(page).map((link) => targetOf(page, link));
    expect(targets.filter((file) => !packed.includes(file.split('/')[0]!))).toEqual([]);
  });
});

describe('the README', () => {
  it('leads to every page', () => {
    const pages = PAGES.filter((page) => page !== 'README.md');
    expect(pages.filter((page) => !links('README.md').includes(page))).toEqual([]);
  });
});

/** Those that lead to no other site. */
function linksInside(page: string): readonly string[] {
  return links(page).filter((link) => !/^[a-z]+:/.test(link));
}

function targetOf(page: string, link: string): string {
  const [file] = link.split('#');
  return file === '' ? page : normalize(join(dirname(page), file!));
}
