import { describe, expect, it } from '@jest/globals';
import { StableHistory } from '../../../lib/live/stable.history.js';
import type { ChangeLook } from '../../../lib/persistence/change.gateway.js';

type Seen = readonly [given: number, visible: number, writers?: readonly string[], era?: string];

/** What each of some looks finds of the steps. */
function historyOf(...looks: readonly Seen[]): { readonly history: StableHistory; readonly asked: string[] } {
  const asked: string[] = [];
  const rest = [...looks];
  const history = new StableHistory({
    look: ({ step }) => {
      asked.push(step);
      const [given, visible, writers = [], era = 'first'] = rest.shift()!;
      const seen: ChangeLook = {
        ...{ task: '0', step: String(given), writers, era },
        visible: { task: '0', step: String(visible) },
      };
      return Promise.resolve(seen);
    },
  });
  return { history, asked };
}

async function stepsOf(...looks: readonly Seen[]): Promise<(string | null)[]> {
  const { history } = historyOf(...looks);
  const found: (string | null)[] = [];
  for (const _ of looks) found.push((await history.look())?.step ?? null);
  return found;
}

describe('the stable end of the histories', () => {
  it('is as far as rows are visible, where nobody writes', async () => {
    expect(await stepsOf([5, 5], [8, 8])).toEqual(['5', '8']);
  });

  it('stands still for those who write, and not for those who came later', async () => {
    const looks: Seen[] = [
      [5, 5],
      [9, 7, ['a', 'b']],
      [12, 12, ['b', 'c']],
      [15, 14, ['c']],
    ];
    expect(await stepsOf(...looks)).toEqual(['5', '5', '5', '9']);
  });

  it('is not known as long as those write who did at the first look', async () => {
    expect(await stepsOf([5, 4, ['a']], [6, 6, ['a']], [7, 7, ['d']])).toEqual([null, null, '5']);
  });

  it('leaves out ids that were rolled back, which a crash may give out once more', async () => {
    expect(await stepsOf([9, 5], [9, 5], [11, 11])).toEqual(['5', '5', '11']);
  });

  it('asks no more who is writing once all that was given out has settled', async () => {
    const { history, asked } = historyOf([9, 5], [9, 5], [12, 12]);
    for (let n = 0; n < 3; n++) await history.look();
    expect(asked).toEqual(['-1', '9', '9']);
  });

  it('forgets after a crash whom it waited for, as their ids are given out once more', async () => {
    const looks: Seen[] = [
      [5, 5],
      [500, 5, ['a']],
      [700, 690, ['x'], 'second'],
      [710, 690, ['x'], 'second'],
      [720, 715, ['y'], 'second'],
    ];
    expect(await stepsOf(...looks)).toEqual(['5', '5', null, null, '710']);
  });
});
