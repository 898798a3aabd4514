import { afterEach, describe, expect, it } from '@jest/globals';
import type { LoggerService } from '@nestjs/common';
import { PermanentError, type StepContext } from 'nestjs-tasker';
import { dataKeys } from 'nestjs-tasker';
import { eventually } from '../../support/eventually.js';
import { aChain, aTemplate, HANDLER, independent, type TestTemplate } from '../../support/factories.js';
import type { Host, StepFunction } from '../../support/host.js';
import { useLab } from '../../support/lab.js';
import { useStage } from '../../support/stage.js';
import { tablesWith } from '../../support/stored.texts.js';
import { complete, endWaits, fail, HandWorker, registerShape, startTask } from '../../support/workflow.js';

const lab = useLab();
const sensitiveData = { keys: dataKeys('k', { k: new Uint8Array(32).fill(3) }), subjectSecret: null };

const stage = useStage(lab, { sensitiveData });

const open = (template: TestTemplate, process: StepFunction, logger?: LoggerService): Promise<Host> => {
  const play = { templates: [template], handlers: { [HANDLER]: process } };
  return logger ? lab.open({ ...play, sensitiveData, logger }) : stage(play);
};

const marked = (names: readonly string[], more: object = {}, nodes = independent(...names)): TestTemplate =>
  aTemplate(nodes, {
    sensitiveData: { context: ['$.email'], results: Object.fromEntries(names.map((name) => [name, ['$.pin']])) },
    ...more,
  });

/** The documents of which values are stored, by the name of their step. */
const stored = async (): Promise<(string | null)[]> => {
  const rows = await lab.query<{ step: string | null }>(
    `select n.name as step from __schema__.sensitive_values v
     left join __schema__.workflow_steps s on s.workflow_step_id = v.workflow_step_id
     left join __schema__.named_steps n on n.named_step_id = s.named_step_id order by v.task_id, 1`,
  );
  return rows.map(({ step }) => step);
};

async function refuse(table: string, condition: string): Promise<void> {
  await lab.query(
    `create function __schema__.refuse_it() returns trigger language plpgsql as $$
     begin if ${condition} then raise exception 'refused'; end if; return new; end $$`,
  );
  await lab.query(
    `create trigger refuse before insert or update on __schema__.${table} for each row execute function __schema__.refuse_it()`,
  );
}
afterEach(() => lab.query('drop function if exists __schema__.refuse_it() cascade'));

describe('the sensitive values of results', () => {
  it('are stored with an outcome of a batch, and not with one that is refused', async () => {
    await refuse('workflow_steps', `new.results ->> 'of' = 'bad'`);
    const template = marked(['good', 'bad', 'none']);
    const { tasks, kit } = await open(template, ({ step }) =>
      step.name === 'none' ? { of: 'none' } : { of: step.name, pin: `canary ${step.name}` },
    );
    const { id } = await tasks.start(template.request);
    await kit.runUntilIdle();
    const { steps } = await kit.task(id);
    expect(Object.fromEntries(steps.map(({ name, state }) => [name, state]))).toEqual({
      good: 'complete',
      bad: 'error',
      none: 'complete',
    });
    expect(await stored()).toEqual(['good']);
    expect(await tablesWith(lab, 'canary')).toEqual([]);
  });

  it('that cannot be stored fail their step, whose results are not stored either', async () => {
    const template = marked(['good', 'bad']);
    const { tasks, kit } = await open(template, ({ step }) => ({ pin: `canary ${step.name}` }));
    const { id } = await tasks.start(template.request);
    const [bad] = (await kit.task(id)).steps.filter(({ name }) => name === 'bad');
    await refuse('sensitive_values', `new.workflow_step_id = ${bad!.id}`);
    await kit.runUntilIdle();
    const { steps } = await kit.task(id);
    expect(Object.fromEntries(steps.map(({ name, state, results }) => [name, [state, results]]))).toEqual({
      good: ['complete', { pin: '[redacted]' }],
      bad: ['error', null],
    });
    expect(steps.find(({ name }) => name === 'bad')!.error).toMatchObject({ code: 'OUTCOME_REFUSED' });
    expect(await stored()).toEqual(['good']);
  });

  it('of a transactional step are stored in its transaction, and roll back with it', async () => {
    const template = marked(['first', 'second'], {
      steps: { first: { transactional: true }, second: { transactional: true, retryLimit: 1 } },
    });
    const { tasks, kit } = await open(template, async ({ step, manager }: StepContext) => {
      await manager.query('select 1');
      if (step.name === 'second') await manager.query('select 1 / 0');
      return { pin: `canary ${step.name}` };
    });
    const { id } = await tasks.start(template.request);
    await kit.runUntilIdle();
    const { steps } = await kit.task(id);
    expect(steps.map(({ name, state, results }) => [name, state, results])).toEqual([
      ['first', 'complete', { pin: '[redacted]' }],
      ['second', 'error', null],
    ]);
    expect(await stored()).toEqual(['first']);
    const values = await lab.query<{ content: Buffer }>('select content from __schema__.sensitive_values');
    expect(values[0]!.content.toString('latin1')).not.toContain('canary');
  });

  it('fail a transactional step that the database refuses at the commit, and nothing of it stays', async () => {
    const template = marked(['only'], { steps: { only: { transactional: true, retryLimit: 1 } } });
    const { tasks, kit } = await open(template, () => ({ pin: 'canary pin' }));
    await refuse('sensitive_values', 'new.workflow_step_id > 0');
    const { id } = await tasks.start(template.request);
    await kit.runUntilIdle();
    expect((await kit.task(id)).steps).toMatchObject([{ state: 'error', results: null }]);
    expect(await stored()).toEqual([]);
  });

  it('are complete for each step of many tasks that start together', async () => {
    const template = marked(['first', 'second'], {}, aChain('first', 'second'));
    const seen = new Set<unknown>();
    const { tasks, kit } = await open(template, ({ step, task, results }) => {
      if (step.name === 'second') seen.add(results);
      return { pin: `pin of ${task.context.email as string}` };
    });
    const many = Array.from({ length: 60 }, (_, index) => ({
      ...template.request,
      context: index % 3 === 0 ? { city: 'here' } : { email: `canary ${index}` },
    }));
    const started = await tasks.startMany(many);
    expect(await stored()).toHaveLength(40);
    await kit.runUntilIdle();
    expect(seen.size).toBe(60);
    expect([...seen]).toEqual(
      expect.arrayContaining([{ first: { pin: 'pin of canary 1' } }, { first: { pin: 'pin of undefined' } }]),
    );
    expect((await kit.task(started[1]!.id)).context).toEqual({ email: '[redacted]' });
    expect((await kit.task(started[3]!.id)).context).toEqual({ city: 'here' });
  });

  it('of any earlier step are read by resultsOf, also in a transaction, and are no part of errors or logs', async () => {
    const lines: string[] = [];
    const logger = {
      log: () => undefined,
      error: () => undefined,
      warn: (line: unknown) => void lines.push(String(line)),
    };
    const template = marked(
      ['first', 'second', 'third'],
      { steps: { third: { transactional: true } } },
      aChain('first', 'second', 'third'),
    );
    const { tasks, kit } = await open(
      template,
      async ({ step, resultsOf, log }) => {
        if (step.name !== 'third') return { pin: `canary ${step.name}` };
        log.warn('begins'); // before it knows what must not be said
        const results = [await resultsOf('first'), await resultsOf('second')];
        expect(results).toEqual([{ pin: 'canary first' }, { pin: 'canary second' }]);
        log.warn(JSON.stringify(results));
        throw new PermanentError(`not ${JSON.stringify(results)}`);
      },
      logger,
    );
    const { id } = await tasks.start(template.request);
    await kit.runUntilIdle();
    const third = (await kit.task(id)).steps.at(-1)!;
    expect(third.error!.message).toBe('not [{"pin":"[redacted]"},{"pin":"[redacted]"}]');
    expect(lines.join('\n')).toContain('[{"pin":"[redacted]"},{"pin":"[redacted]"}]');
    expect(await tablesWith(lab, 'canary')).toEqual([]);
  });

  it('that are not JSON paths deep fail no step, and nothing waits for ever', async () => {
    const template = aTemplate(undefined, { sensitiveData: { results: { only: ['$..pin'] }, errors: ['$..pin'] } });
    let deep: object = { pin: 'canary' };
    for (let depth = 0; depth < 500; depth++) deep = { deep };
    const { tasks, kit } = await open(template, ({ task }) => {
      if (task.context.fails) throw new PermanentError('deep', { context: deep as never });
      return deep;
    });
    const ids = [
      await tasks.start(template.request),
      await tasks.start({ ...template.request, context: { fails: true } }),
    ];
    await kit.runUntilIdle();
    const states = await Promise.all(ids.map(async ({ id }) => (await kit.task(id)).state));
    expect(states).toEqual(['complete', 'error']);
    expect(await tablesWith(lab, 'canary')).toEqual([]);
  });
});

describe('an outcome that comes too late', () => {
  const values = (pin: string) => ({
    sensitive: JSON.stringify({
      keyId: null,
      content: Buffer.from(JSON.stringify([[['pin'], pin]])).toString('base64'),
    }),
  });
  const pins = async (): Promise<string[]> =>
    (await lab.query<{ content: Buffer }>('select content from __schema__.sensitive_values')).map(({ content }) =>
      String(content),
    );

  it.each(['record', 'recordApart'] as const)(
    'stores no values, before or after those of the later attempt (%s)',
    async (way) => {
      const namedTask = await registerShape(lab.persistence, [{ name: 'only', dependsOn: [] }]);
      const taskId = await startTask(lab.persistence, namedTask);
      const [late, next] = [await HandWorker.register(lab.persistence), await HandWorker.register(lab.persistence)];
      const [first] = await late.claim();
      await late.record(fail(first!));
      await endWaits(lab.persistence, taskId);
      const [second] = await next.claim();
      const tooLate = { ...complete(first!, { pin: '[redacted]' }), ...values('of the first') };
      await late[way](tooLate);
      expect(await pins()).toEqual([]);
      await next[way]({ ...complete(second!, { pin: '[redacted]' }), ...values('of the second') });
      expect(await pins()).toEqual(['[[["pin"],"of the second"]]']);
      await late[way](tooLate);
      expect(await pins()).toEqual(['[[["pin"],"of the second"]]']);
    },
  );

  it('in a batch keeps no other outcome from storing its values, and stores none in its place', async () => {
    const namedTask = await registerShape(lab.persistence, independent('a', 'b', 'c'));
    await startTask(lab.persistence, namedTask);
    const worker = await HandWorker.register(lab.persistence);
    const [a, b, c] = await worker.claim();
    await worker.record({ ...complete(a!, {}), ...values('a') });
    await worker.record({ ...complete(a!, {}), ...values('again') }, complete(b!, {}), {
      ...complete(c!, {}),
      ...values('c'),
    });
    await eventually(async () => expect((await pins()).sort()).toEqual(['[[["pin"],"a"]]', '[[["pin"],"c"]]']));
  });
});
