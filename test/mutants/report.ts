import type { ListedMutant } from './mutant.js';

export type Verdict = 'killed' | 'survived' | 'invalid' | 'equivalent' | 'not equivalent';

export interface Result {
  readonly mutant: ListedMutant;
  readonly verdict: Verdict;
  /** The test that failed, or why the mutant is invalid. */
  readonly detail: string;
  /** What that test said. */
  readonly message: string;
  readonly seconds: number;
}

export const REQUIRED_PERCENT = 95;

export const line = ({ mutant, verdict, detail, seconds }: Result): string => {
  const told = `${verdict.padEnd(10)} ${mutant.id.padEnd(34)} ${seconds.toFixed(0).padStart(3)} s  ${mutant.mistake}`;
  return detail === '' ? told : `${told}\n           ${detail}`;
};

/** The table by room, then all mutants that somebody has to do something about. */
export function report(results: readonly Result[]): string {
  const rooms = [...new Set(results.map(({ mutant }) => mutant.room))].sort();
  const rows = rooms.map((room) => row(room, resultsOf(results, room)));
  const open = results.filter(({ verdict }) => ['survived', 'invalid', 'not equivalent'].includes(verdict));
  return [
    '| room | killed | valid | % | equivalent | invalid |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
    ...open.map((result) => `${line(result)}\n           ${result.mutant.file}`),
  ].join('\n');
}

/** Whether enough were killed in each room, and the lists say nothing that is not so. */
export function isGood(results: readonly Result[]): boolean {
  const rooms = new Set(results.map(({ mutant }) => mutant.room));
  return (
    [...rooms].every((room) => percent(resultsOf(results, room)) >= REQUIRED_PERCENT) &&
    results.every(({ verdict }) => verdict !== 'invalid' && verdict !== 'not equivalent')
  );
}

function row(room: string, results: readonly Result[]): string {
  const cells = [count(results, 'killed'), valid(results), percent(results).toFixed(0)];
  return `| ${[room, ...cells, count(results, 'equivalent'), count(results, 'invalid')].join(' | ')} |`;
}

const resultsOf = (results: readonly Result[], room: string): readonly Result[] =>
  results.filter(({ mutant }) => mutant.room === room);

const count = (results: readonly Result[], verdict: Verdict): number =>
  results.filter((result) => result.verdict === verdict).length;

const valid = (results: readonly Result[]): number => count(results, 'killed') + count(results, 'survived');

const percent = (results: readonly Result[]): number => {
  const all = valid(results);
  return all === 0 ? 100 : (100 * count(results, 'killed')) / all;
};
