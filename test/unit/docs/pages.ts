import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The repository. */
export const ROOT = join(import.meta.dirname, '../../..');

/** All that is written for users, by its path from the root. */
const inDocs = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));
export const PAGES = ['README.md', ...inDocs.map((name) => `docs/${name}`)];

/** The text of a page, or of any other file. */
export function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

export interface CodeBlock {
  readonly language: string;
  readonly text: string;
  /** The page and the line of its first line, for messages. */
  readonly place: string;
}

export function codeBlocks(path: string): readonly CodeBlock[] {
  const page = read(path);
  return [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(({ 1: language, 2: text, index }) => ({
    language: language!,
    text: text!,
    place: `${path}:${page.slice(0, index).split('\n').length + 1}`,
  }));
}

export interface Heading {
  readonly title: string;
  /** As GitHub makes it. */
  readonly anchor: string;
}

export function headings(path: string): readonly Heading[] {
  return [...prose(path).matchAll(/^#+ (.*)$/gm)].map(([, title]) => ({
    title: title!,
    anchor: title!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  }));
}

/** Targets of the links of a page. */
export function links(path: string): readonly string[] {
  return [...prose(path).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
}

/** A row of a table: its cells by their column, without the backticks around code. */
export type Row = Readonly<Record<string, string>>;

/** The rows of the first table below a heading, or of the first there whose first column has a name. */
export function tableBelow(path: string, title: string, firstColumn = ''): readonly Row[] {
  const page = read(path);
  const start = page.search(new RegExp(`^#+ ${title}$`, 'm'));
  if (start < 0) throw new Error(`${path} has no heading "${title}".`);
  const tables = page.slice(start).match(/(?:^\|.*\n)+/gm) ?? [];
  const table = tables.find((each) => each.startsWith(`| ${firstColumn}`));
  if (table === undefined) throw new Error(`${path} has no such table below "${title}".`);
  const [columns, , ...rows] = table.trim().split('\n').map(cells);
  return rows.map((row) => Object.fromEntries(row.map((cell, index) => [columns![index]!, cell])));
}

/** What is written between the bars; a bar inside of a cell is escaped. */
function cells(line: string): string[] {
  return line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim().replace(/^`([^`]*)`$/, '$1'));
}

/** The names in code of a cell that lists them: `` `a`, `b` ``. */
export function listed(cell: string): readonly string[] {
  return cell === '' ? [] : cell.split(', ').map((name) => name.replaceAll('`', ''));
}

function prose(path: string): string {
  return read(path).replace(/^```.*?^```$/gms, '');
}
