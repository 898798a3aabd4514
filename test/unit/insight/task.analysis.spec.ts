import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { analyseTask } from '../../../lib/insight/task.analysis.js';
import type { StepDetails } from '../../../lib/persistence/task.details.js';
import { STEP_STATES } from '../../../lib/workflow/states.js';

const step = (name: string, state: StepDetails['state'], dependsOn: string[] = [], more = {}): StepDetails => ({
  id: name,
  name,
  state,
  dependsOn,
  attempts: 1,
  retryLimit: 3,
  retryable: true,
  skippable: false,
  results: null,
  error: null,
  nextRetryAt: null,
  startedAt: null,
  lastAttemptedAt: null,
  processedAt: null,
  revision: '1',
  ...more,
});

describe('the analysis of a task', () => {
  it('of which a branch failed says what goes on and what is held up', () => {
    const analysis = analyseTask('in_progress', [
      step('read', 'complete'),
      step('pack', 'in_progress', ['read']),
      step('bill', 'error', ['read']),
      step('note', 'pending', ['read']),
      step('label', 'pending', ['pack']),
      step('ship', 'pending', ['label', 'bill']),
      step('thank', 'pending', ['ship']),
    ]);
    expect(analysis).toMatchObject({
      doneSteps: ['read'],
      runningSteps: ['pack'],
      readySteps: ['note'],
      waitingSteps: ['label'],
      blockedSteps: ['ship', 'thank'],
      criticalPath: ['pack', 'label', 'ship', 'thank'],
      mostAtOnce: 3,
      bottlenecks: [
        { step: 'pack', blocks: ['label', 'ship', 'thank'] },
        { step: 'bill', blocks: ['ship', 'thank'] },
      ],
      failures: [{ step: 'bill', attempts: 1, retryLimit: 3, nextRetryAt: null, blocks: ['ship', 'thank'] }],
    });
  });

  it('takes a step that will be tried again for one that is ready, and blocks nothing by it', () => {
    const again = { nextRetryAt: '2030-01-01T00:00:00.000Z' };
    expect(analyseTask('in_progress', [step('a', 'error', [], again), step('b', 'pending', ['a'])])).toMatchObject({
      readySteps: ['a'],
      waitingSteps: ['b'],
      blockedSteps: [],
      failures: [{ step: 'a', ...again, blocks: ['b'] }],
    });
  });

  it.each(['error', 'resolved_manually'] as const)(
    'lets nothing of a task in %s seem ready, as after its deadline',
    (state) => {
      expect(
        analyseTask(state, [step('a', 'complete'), step('b', 'pending', ['a']), step('c', 'pending', ['b'])]),
      ).toMatchObject({
        doneSteps: ['a'],
        readySteps: [],
        waitingSteps: [],
        blockedSteps: ['b', 'c'],
      });
    },
  );

  it('names the ten steps that hold up most, those first', () => {
    const numbers = Array.from({ length: 12 }, (_, number) => number);
    const steps = numbers.flatMap((number) => [
      step(`holds ${number}`, 'in_progress'),
      ...numbers.slice(0, number).map((other) => step(`after ${number}: ${other}`, 'pending', [`holds ${number}`])),
    ]);
    const { bottlenecks } = analyseTask('in_progress', steps);
    expect(bottlenecks.map(({ blocks }) => blocks.length)).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
  });

  it('of a task without steps is empty', () => {
    expect(analyseTask('in_progress', [])).toMatchObject({
      doneSteps: [],
      criticalPath: [],
      mostAtOnce: 0,
      bottlenecks: [],
    });
  });

  it('puts each step into one list at most, and leaves out only what failed for good or was cancelled', () => {
    const graphs = fc.array(
      fc.record({
        state: fc.constantFrom(...STEP_STATES),
        parents: fc.array(fc.nat(), { maxLength: 3 }),
        again: fc.boolean(),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(graphs, (drawn) => {
        const steps = drawn.map(({ state, parents, again }, index) => {
          const dependsOn = index === 0 ? [] : [...new Set(parents.map((parent) => `s${parent % index}`))];
          return step(`s${index}`, state, dependsOn, { nextRetryAt: again && state === 'error' ? 'later' : null });
        });
        const { doneSteps, runningSteps, readySteps, waitingSteps, blockedSteps } = analyseTask('in_progress', steps);
        const listed = [doneSteps, runningSteps, readySteps, waitingSteps, blockedSteps].flat();
        expect(new Set(listed).size).toBe(listed.length);
        const left = steps.filter(({ name }) => !listed.includes(name));
        expect(left.every(({ state }) => state === 'error' || state === 'cancelled')).toBe(true);
      }),
    );
  });
});
