import { describe, expect, it } from '@jest/globals';
import { allSpecs, chosenMutants, listedMutants, mutated, specsOf } from '../mutants/mutant.lists.js';
import { isGood, report } from '../mutants/report.js';
import type { Result, Verdict } from '../mutants/report.js';

const all = await listedMutants();

describe('the mutants', () => {
  it('have a place in the code that is there once, and change it', () => {
    const problems = all.flatMap((mutant) => {
      try {
        mutated(mutant);
        return mutant.find === mutant.replace ? [`${mutant.id} changes nothing`] : [];
      } catch (error) {
        return [(error as Error).message];
      }
    });
    expect(problems).toEqual([]);
  });

  it('name tests that exist', () => {
    const specs = allSpecs();
    const missing = all.flatMap(({ id, tests }) =>
      tests.filter((test) => specsOf([test], specs).length === 0).map((test) => `${id} names ${test}`),
    );
    expect(missing).toEqual([]);
  });

  it('each are tried by some test, and say what is wrong with them', () => {
    expect(all.filter(({ tests, mistake }) => tests.length === 0 || mistake === '').map(({ id }) => id)).toEqual([]);
  });
});

describe('the mutants that words choose', () => {
  const [first] = all;

  it('are all of a room, of a list, or a single one', () => {
    expect(chosenMutants(all, ['sql']).every(({ room }) => room === 'sql')).toBe(true);
    expect(chosenMutants(all, [first!.id])).toEqual([first]);
    expect(chosenMutants(all, [])).toBe(all);
  });

  it('are never none', () => {
    expect(() => chosenMutants(all, ['sq'])).toThrow('No mutant is named sq');
  });
});

describe('the report', () => {
  const results = (...verdicts: readonly Verdict[]): readonly Result[] =>
    verdicts.map((verdict) => ({ mutant: all[0]!, verdict, detail: '', message: '', seconds: 1 }));
  const killed = (times: number): readonly Verdict[] => Array.from({ length: times }, () => 'killed' as const);

  it('is good from 95 % of the valid ones on', () => {
    expect(isGood(results(...killed(19), 'survived', 'equivalent'))).toBe(true);
    expect(isGood(results(...killed(18), 'survived', 'equivalent'))).toBe(false);
  });

  it('is bad where a list names a mutant that is none, or that tests can tell from the code', () => {
    expect(isGood(results(...killed(100), 'invalid'))).toBe(false);
    expect(isGood(results(...killed(100), 'not equivalent'))).toBe(false);
  });

  it('has a row a room', () => {
    expect(report(results('killed', 'survived', 'invalid', 'equivalent'))).toContain(
      `| ${all[0]!.room} | 1 | 2 | 50 | 1 | 1 |`,
    );
  });
});
