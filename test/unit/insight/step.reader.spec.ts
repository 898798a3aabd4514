import { describe, expect, it } from '@jest/globals';
import { withNeighbours } from '../../../lib/insight/step.reader.js';
import type { StepDetails } from '../../../lib/persistence/task.details.js';

const step = (name: string, ...dependsOn: string[]): StepDetails => ({ name, dependsOn }) as unknown as StepDetails;

describe('a step among the others', () => {
  const steps = withNeighbours('17', [
    step('a'),
    step('b'),
    step('both', 'a', 'b'),
    step('likewise', 'b', 'a'),
    step('one', 'a'),
  ]);
  const of = (name: string): object => steps.find((each) => each.name === name)!;

  it('has as siblings those that wait for the same ones, in whatever order they name them', () => {
    expect(of('both')).toMatchObject({ siblings: ['likewise'] });
    expect(of('likewise')).toMatchObject({ siblings: ['both'] });
    expect(of('one')).toMatchObject({ siblings: [] });
  });

  it('has no siblings where it waits for none', () => {
    expect(of('a')).toMatchObject({ taskId: '17', siblings: [], dependents: ['both', 'likewise', 'one'] });
  });
});
