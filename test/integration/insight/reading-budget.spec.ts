import { describe, expect, it } from '@jest/globals';
import {
  AnnotationTypeReader,
  AnswerTooLargeError,
  DeadLetterReader,
  isOmitted,
  PermanentError,
  RecordService,
  StepReader,
  TaskHandler,
  TaskReader,
  TaskRetention,
  WorkerReader,
  type EndedTask,
  type JsonObject,
  type TaskHandlerContract,
  type TaskListRequest,
} from 'nestjs-tasker';
import { TaskLoader } from '../../../lib/graphql/reading/task.loader.js';
import { aChain, aTemplate, independent } from '../../support/factories.js';
import type { Host } from '../../support/host.js';
import { useLab } from '../../support/lab.js';
import { BY } from '../../support/operations.js';
import { bulk } from '../../support/random.js';
import { aScript } from '../../support/script.js';

const lab = useLab();

const maxReadBytes = 20_000;
const LARGE = 30_000;
const template = aTemplate(independent('one', 'two'));

/** Results of `one` have as many bytes as the context says; a negative number fails it with so many in the context of its error. */
const script = aScript({
  one: ({ task }) => {
    const bytes = task.context.bytes as number;
    if (bytes < 0) throw new PermanentError('it went wrong', { context: { text: bulk(-bytes) } });
    return { text: bulk(bytes) };
  },
});

const settings = { templates: [template], handlers: script.handlers };
/** With the budget of the tests. */
const small = lab.share({ ...settings, database: { maxReadBytes } });
/** With the default one. */
const large = lab.share(settings);

/** Tasks that ran, one for each context. */
const ran = (...contexts: readonly JsonObject[]) => ranIn(small(), ...contexts);

async function ranIn(host: Host, ...contexts: readonly JsonObject[]) {
  const started = await host.tasks.startMany(contexts.map((context) => ({ ...template.request, context })));
  await host.kit.runUntilIdle();
  return { ...host, ids: started.map(({ id }) => id) };
}

/** All pages of a list, one way or the other. */
async function pagesOf(host: Host, request: TaskListRequest, way: 'after' | 'before' = 'after') {
  const reader = host.get(TaskReader);
  const pages = [await reader.list({ ...request, fromEnd: way === 'before' })];
  for (;;) {
    const { items, hasNext, hasPrevious } = pages.at(-1)!;
    if (way === 'after' ? !hasNext : !hasPrevious) break;
    pages.push(await reader.list({ ...request, [way]: items.at(way === 'after' ? -1 : 0)!.cursor }));
  }
  const inOrder = way === 'after' ? pages : pages.toReversed();
  return inOrder.map(({ items }) => items.map(({ task }) => task));
}

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

describe('a list that is larger than one answer may be', () => {
  const SIZES = [100, 100, 8_000, 8_000, LARGE, 100, 8_000, 100, 100, 100];

  it.each(['after', 'before'] as const)('has shorter pages, and %s them everything once and whole', async (way) => {
    const host = await ran(...SIZES.map((bytes) => ({ bytes })));
    for (const sort of ['createdAt', '-createdAt', 'updatedAt', '-completedAt'] as const) {
      const pages = await pagesOf(host, { sort, limit: 4, include: ['steps', 'analysis'] }, way);
      const tasks = pages.flat();
      expect(tasks.map(({ id }) => id).toSorted()).toEqual([...host.ids].toSorted());
      expect(pages.length).toBeGreaterThan(Math.ceil(SIZES.length / 4));
      expect(Math.max(...pages.map((page) => page.length))).toBe(4);
      for (const { id, steps } of tasks) {
        const isLarge = id === host.ids[4];
        expect(steps!.map(({ name, results }) => [name, isOmitted(results)])).toEqual([
          ['one', isLarge],
          ['two', false],
        ]);
      }
    }
  });

  it('has shorter pages for contexts, annotations and histories, too', async () => {
    const host = await ran(...[100, 9_000, 9_000, 9_000, LARGE, 100].map((n) => ({ bytes: 1, text: bulk(n) })));
    const contexts = await pagesOf(host, { sort: 'createdAt', include: ['context'] });
    expect(contexts.map((page) => page.map(({ context }) => isOmitted(context)))).toEqual([
      [false, false],
      [false],
      [false],
      [true],
      [false],
    ]);
    for (const id of host.ids) await host.get(RecordService).annotate(id, 'note', { text: bulk(9_000) });
    const annotations = await pagesOf(host, { sort: 'createdAt', include: ['annotations'] });
    expect(annotations.map((page) => page.length)).toEqual([1, 1, 1, 1, 1, 1]);
    const histories = await pagesOf(host, { sort: 'createdAt', include: ['transitions'] });
    expect(histories.length).toBeGreaterThan(1);
    expect(histories.flat().map(({ id, transitions }) => [id, transitions!.length])).toEqual(
      host.ids.map((id) => [id, 6]),
    );
  });

  it('has all pages as ever where nothing more than the tasks is asked for', async () => {
    const host = await ran({ bytes: LARGE }, { bytes: LARGE });
    expect(await pagesOf(host, { sort: 'createdAt' })).toHaveLength(1);
  });
});

describe('dead letters that are larger than one answer may be', () => {
  it('come in shorter pages, each with what it failed with', async () => {
    const host = await ran(...[-100, -9_000, -LARGE, -9_000, -100].map((bytes) => ({ bytes })));
    const reader = host.get(DeadLetterReader);
    const letters = [];
    let after: string | undefined;
    do {
      const page = await reader.list({ sort: 'createdAt', ...(after !== undefined && { after }) });
      letters.push(...page.items);
      after = page.hasNext ? page.items.at(-1)!.cursor : undefined;
    } while (after !== undefined);
    expect(letters.map(({ letter }) => letter.task.id)).toEqual(host.ids);
    for (const [index, { letter }] of letters.entries()) {
      expect(letter.failedSteps).toMatchObject([
        { name: 'one', error: { message: 'it went wrong', class: 'PermanentError', permanent: true } },
      ]);
      expect(letter.failedSteps[0]!.repairs[0]).toBe('reset');
      expect(isOmitted(letter.failedSteps[0]!.error!.context)).toBe(index === 2);
    }
  });
});

describe('a task that is larger than one answer may be', () => {
  it('comes without its largest values, which can be read by themselves', async () => {
    const host = await ran({ bytes: 12_000, text: bulk(12_000) });
    const [id] = host.ids;
    const task = await host.get(TaskReader).get(id!);
    expect(bytesOf(task)).toBeLessThan(maxReadBytes);
    const omitted = [task.context, ...task.steps.map(({ results }) => results)].map(isOmitted);
    expect(omitted.toSorted()).toEqual([false, false, true]);
    expect((await host.get(TaskReader).getParts(id!, ['context'])).context).toMatchObject({ bytes: 12_000 });
    const steps = host.get(StepReader);
    const step = await steps.get(id!, 'one');
    expect(step.results).toEqual({ text: expect.stringMatching(/^.{12000}$/) });
    expect(await steps.getById(step.id)).toEqual(step);
    expect(await steps.get(id!, step.id)).toEqual(step);
  });

  it('says how large a value is that no answer has room for', async () => {
    const host = await ran({ bytes: LARGE });
    const { results } = await host.get(StepReader).get(host.ids[0]!, 'one');
    expect(results).toEqual({
      $omitted: { storedBytes: expect.any(Number), reason: expect.stringMatching(/database\.maxReadBytes/) },
    });
    expect((results as any).$omitted.storedBytes).toBeGreaterThan(LARGE);
  });

  it('is refused where nothing can be left out of it', async () => {
    const host = await ran({ bytes: 1 });
    await lab.query(
      `insert into __schema__.workflow_step_transitions (workflow_step_id, task_id, from_state, to_state, attempt)
       select s.workflow_step_id, s.task_id, 'in_progress', 'complete', 1
       from __schema__.workflow_steps s, generate_series(1, 25)`,
    );
    const read = host.get(TaskReader).get(host.ids[0]!, ['transitions']);
    await expect(read).rejects.toThrow(AnswerTooLargeError);
    await expect(read).rejects.toMatchObject({ httpStatus: 422, allowed: maxReadBytes, bytes: expect.any(Number) });
    await expect(read).rejects.toThrow(/\d{5} bytes .* 20000 .*database\.maxReadBytes.*\.$/s);
    await expect(host.get(TaskReader).list({ include: ['transitions'] })).rejects.toThrow(AnswerTooLargeError);
    expect(await host.get(TaskReader).get(host.ids[0]!)).toMatchObject({ state: 'complete' });
  });

  it('is measured by what is sent, not by what is stored', async () => {
    const host = await ran({ bytes: 1, text: 'a'.repeat(LARGE) });
    expect(isOmitted((await host.get(TaskReader).get(host.ids[0]!)).context)).toBe(true);
  });
});

describe('tasks that are read together for GraphQL', () => {
  it('lose the largest values and no others', async () => {
    const sizes = [100, 100, LARGE, 100, 12_000, 100];
    const host = await ran(...sizes.map((bytes) => ({ bytes })));
    const loader = new TaskLoader(host.get(TaskReader));
    const all = await Promise.all(
      host.ids.map(async (id) => [await loader.part(id, 'context'), await loader.steps(id)] as const),
    );
    expect(bytesOf(all)).toBeLessThan(maxReadBytes);
    expect(
      all.map(([context, steps]) => [isOmitted(context), ...steps!.map(({ results }) => isOmitted(results))]),
    ).toEqual(sizes.map((bytes) => [false, bytes >= 12_000, false]));
  });
});

describe('what code of the host needs whole', () => {
  it('is refused rather than given with something left out', async () => {
    const host = await ran({ bytes: LARGE });
    const records = host.get(RecordService);
    for (let n = 0; n < 3; n += 1) await records.annotate(host.ids[0]!, 'note', { text: bulk(9_000) });
    await expect(records.annotationsOf(host.ids[0]!)).rejects.toThrow(AnswerTooLargeError);
  });

  it('is refused to a task handler with the reason, and waits for a larger budget', async () => {
    const told: EndedTask[] = [];
    @TaskHandler({ namespace: 'tests', name: template.request.name })
    class Tasks implements TaskHandlerContract {
      updateAnnotations(task: EndedTask): [] {
        told.push(task);
        return [];
      }
    }
    const handling = await lab.open({ ...settings, providers: [Tasks], database: { maxReadBytes } });
    const host = await ranIn(handling, { bytes: LARGE }, { bytes: 100 });
    expect(told.map(({ id }) => id)).toEqual([host.ids[1]]);
    const hooks = await lab.query('select task_id as id, error from __schema__.final_hooks');
    expect(hooks).toEqual([
      { id: host.ids[0], error: expect.stringMatching(/\d+ bytes .* 20000 .*database\.maxReadBytes/s) },
    ]);
  });

  it('is refused where results would be kept for a task that begins again', async () => {
    const host = await ran({ bytes: LARGE });
    const [id] = host.ids;
    await expect(host.tasks.rerun(id!, { ...BY, from: 'two' })).rejects.toThrow(AnswerTooLargeError);
    expect(await lab.query('select from __schema__.tasks')).toHaveLength(1);
    expect(await host.tasks.rerun(id!, { ...BY, from: 'one' })).toMatchObject({ created: true });
    expect(await host.tasks.rerun(id!, BY)).toMatchObject({ created: true });
  });

  it('is refused to a step that asks for results', async () => {
    const chain = aTemplate(aChain('first', 'last'));
    const asked: unknown[] = [];
    const handlers = aScript({
      first: () => ({ text: bulk(LARGE) }),
      last: async ({ resultsOf }) => asked.push(await resultsOf('first').catch((error: unknown) => error)),
    }).handlers;
    const host = await lab.open({ templates: [chain], handlers, database: { maxReadBytes } });
    await host.kit.runToEnd((await host.tasks.start(chain.request)).id).catch(() => undefined);
    expect(asked).toEqual([expect.any(AnswerTooLargeError)]);
    expect(asked[0]).toMatchObject({ allowed: maxReadBytes });
  });
});

describe('finished tasks that are to be archived', () => {
  it('stay where their document would be too large, which is said once, and the others go', async () => {
    const host = await ran({ bytes: 100 }, { bytes: LARGE }, { bytes: 100 });
    await lab.query(
      `update __schema__.tasks set created_at = created_at - interval '2 days', completed_at = now() - interval '2 days'`,
    );
    const warnings: string[] = [];
    const logger = { log: () => undefined, error: () => undefined, warn: (message: string) => warnings.push(message) };
    const retention = { afterDays: 1, archive: true };
    const sweeping = await lab.open({ ...settings, database: { maxReadBytes }, logger, retention });
    const sweeper = sweeping.get(TaskRetention);
    expect([await sweeper.runOnce(), await sweeper.runOnce()]).toEqual([2, 0]);
    expect(await lab.query('select task_id as id from __schema__.tasks')).toEqual([{ id: host.ids[1] }]);
    expect(await lab.query('select task_id as id from __schema__.archived_tasks order by 1')).toEqual([
      { id: host.ids[0] },
      { id: host.ids[2] },
    ]);
    expect(warnings).toEqual([
      expect.stringMatching(new RegExp(`to archive: ${host.ids[1]}\\. .*database\\.maxReadBytes`)),
    ]);
    await lab.query('truncate __schema__.archived_tasks');
  });
});

describe('a list without pages that is larger than one answer may be', () => {
  /** Refused with the budget of the tests, and whole with the default one. */
  async function isRefusedAndElseHas(count: number, read: (host: Host) => Promise<readonly unknown[]>): Promise<void> {
    await expect(read(small())).rejects.toThrow(AnswerTooLargeError);
    await expect(read(small())).rejects.toMatchObject({ allowed: maxReadBytes, bytes: expect.any(Number) });
    expect((await read(large())).length).toBeGreaterThanOrEqual(count);
  }

  it('is refused: types of annotations', async () => {
    await lab.query(
      `insert into __schema__.annotation_types (name) select 'type ' || n from generate_series(1, 600) n`,
    );
    await isRefusedAndElseHas(600, (host) => host.get(AnnotationTypeReader).list());
    await lab.query('delete from __schema__.annotation_types');
  });

  it('is refused: objects that are the same as one', async () => {
    const records = large().get(RecordService);
    await records.mapObjects({ system: 'a', id: '1' }, { system: 'b', id: '1' });
    await lab.query(
      `insert into __schema__.dependent_system_object_maps
         (dependent_system_one_id, dependent_system_two_id, remote_id_one, remote_id_two)
       select m.dependent_system_one_id, m.dependent_system_two_id, '1', repeat('x', 100) || n
       from __schema__.dependent_system_object_maps m, generate_series(1, 200) n`,
    );
    await isRefusedAndElseHas(201, (host) => host.get(RecordService).findMapped({ system: 'a', id: '1' }));
    await lab.query('delete from __schema__.dependent_system_object_maps');
  });

  it('is refused: queues', async () => {
    await lab.query(
      `insert into __schema__.lanes (queue, task_namespace_id)
       select 'queue_' || n, ns.task_namespace_id from __schema__.task_namespaces ns, generate_series(1, 200) n`,
    );
    await isRefusedAndElseHas(200, (host) => host.get(WorkerReader).queues());
    await lab.query(`delete from __schema__.lanes where queue like 'queue%'`);
  });
});

describe('templates that are larger than one answer may be', () => {
  const config = { handlerConfig: { text: bulk(LARGE) } };
  const huge = aTemplate(independent('one', 'two', 'three'), { steps: { one: config, two: config, three: config } });
  const loaded = { ...settings, templates: [huge], database: { maxReadBytes } };

  it('are loaded by a worker in several answers, and their steps run', async () => {
    const host = await lab.open(loaded);
    const { id } = await host.tasks.start({ ...huge.request, context: { bytes: 1 } });
    await host.kit.runUntilIdle();
    expect(await host.get(TaskReader).get(id)).toMatchObject({ state: 'complete' });
  });

  it('are refused to a process that has not loaded them', async () => {
    const loading = await lab.open(loaded);
    const other = small();
    await loading.kit.runUntilIdle();
    await expect(other.tasks.start({ ...huge.request, context: { bytes: 1 } })).rejects.toThrow(AnswerTooLargeError);
    await other.tasks.start({ ...template.request, context: { bytes: 1 } });
  });
});
