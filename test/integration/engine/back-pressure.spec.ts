import { describe, expect, it } from '@jest/globals';
import { TooManyUnfinishedTasksError } from 'nestjs-tasker';
import { BackPressure } from '../../../lib/engine/tasks/back.pressure.js';
import { eventually } from '../../support/eventually.js';
import { aTemplate, ONE_STEP } from '../../support/factories.js';
import { useLab } from '../../support/lab.js';
import { aScript } from '../../support/script.js';

const lab = useLab();

async function hostWith(maxUnfinished: number | null) {
  const [busy, quiet] = [aTemplate(ONE_STEP, { namespace: 'busy' }), aTemplate(ONE_STEP, { namespace: 'quiet' })];
  const host = await lab.open({
    templates: [busy, quiet],
    handlers: aScript({}).handlers,
    backPressure: { maxUnfinished },
  });
  const many = (count: number) => host.tasks.startMany(Array.from({ length: count }, () => busy.request));
  return { ...host, busy, quiet, many };
}

async function stored(): Promise<number> {
  const [row] = await lab.query<{ count: number }>('select count(*)::integer from tasker.tasks');
  return row!.count;
}

describe('a namespace with as many unfinished tasks as it may have', () => {
  it('gets no more, and nothing of a batch that would be too many', async () => {
    const { tasks, many, busy, quiet } = await hostWith(5);
    await many(3);
    await expect(many(3)).rejects.toMatchObject({
      code: 'TASKER_TOO_MANY_UNFINISHED_TASKS',
      httpStatus: 429,
      namespace: 'busy',
      allowed: 5,
      asked: 3,
      message: expect.stringMatching(
        /^The namespace "busy" may have 5 unfinished tasks .* no room for 3 more\. Try again in \d+ s\.$/,
      ),
    });
    await many(2);
    await expect(tasks.start(busy.request)).rejects.toBeInstanceOf(TooManyUnfinishedTasksError);
    await tasks.start(quiet.request);
    expect(await stored()).toBe(6);
  });

  it('gets more once some have ended, also by another process', async () => {
    const { tasks, many, busy } = await hostWith(5);
    const started = await many(5);
    await expect(tasks.start(busy.request)).rejects.toBeInstanceOf(TooManyUnfinishedTasksError);
    const other = await lab.open({ templates: [busy], handlers: aScript({}).handlers });
    await other.kit.runToEnd(started[0]!.id);
    await eventually(() => tasks.start(busy.request));
  });

  it('is told when to come back, a minute later at most', async () => {
    const { get, many } = await hostWith(100);
    await many(100);
    const asked = (count: number) =>
      Array.from({ length: count }, () => ({ template: { namespace: 'busy' } }) as never);
    await expect(get(BackPressure).admit(asked(2))).rejects.toMatchObject({ retryAfterSeconds: 2 });
    await expect(get(BackPressure).admit(asked(70))).rejects.toMatchObject({ retryAfterSeconds: 60 });
  });

  it('is told to start fewer at a time where they are more than it may ever have', async () => {
    const { many } = await hostWith(5);
    await expect(many(6)).rejects.toMatchObject({
      retryAfterSeconds: null,
      message: expect.stringMatching(/no room for 6 more\. Start fewer tasks at a time\.$/),
    });
  });

  it('gets as many as it likes where no limit is set', async () => {
    const { many } = await hostWith(null);
    expect(await many(50)).toHaveLength(50);
  });
});
