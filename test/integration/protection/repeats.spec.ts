import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { BadRequestException, Logger, type Provider } from '@nestjs/common';
import {
  dataKeys,
  TaskHandler,
  TaskerSensitiveData,
  TaskRetention,
  type JsonObject,
  type StepContext,
  type TaskHandlerContract,
} from 'nestjs-tasker';
import { aChain, aTemplate, HANDLER, type TemplateSettings, type TestTemplate } from '../../support/factories.js';
import { answering, useServers } from '../../support/answering.server.js';
import type { HostSettings } from '../../support/host.js';
import { useLab } from '../../support/lab.js';
import { useStage, type Play } from '../../support/stage.js';
import { tablesWith } from '../../support/stored.texts.js';

const lab = useLab();
const servers = useServers();
afterEach(() => void jest.restoreAllMocks());

const ME = { actor: 'ada' };
const EMAIL = 'canary@example.org';
const sensitiveData = { keys: dataKeys('k', { k: new Uint8Array(32).fill(5) }), subjectSecret: 's'.repeat(32) };

const stage = useStage(lab, { sensitiveData });

const versionOf = (name: string, version: string, marks?: TemplateSettings['sensitiveData']): TestTemplate =>
  aTemplate(aChain('first', 'second'), { name, version, ...(marks && { sensitiveData: marks }) });

/** The shared host, or with more settings one of its own, and what its handlers got. */
async function play(
  templates: readonly TestTemplate[],
  more?: Partial<HostSettings>,
  taskHandlers: Play['taskHandlers'] = new Map(),
) {
  const seen: { step: string; version: string; context: JsonObject; results: object }[] = [];
  const process = ({ step, task, results }: StepContext): unknown => {
    seen.push({ step: step.name, version: task.version, context: task.context, results });
    return { pin: 'canary pin', code: 'canary code' };
  };
  const handlers = { [HANDLER]: process };
  const host = more
    ? await lab.open({ templates: [...templates], handlers, sensitiveData, ...more })
    : await stage({ templates, handlers, taskHandlers });
  return { ...host, seen };
}

const results = { first: { pin: 'canary pin', code: 'canary code' } };
const context = { email: EMAIL, phone: 'canary phone' };

describe('a task that is repeated as another version', () => {
  it('has the marks of that version in its context, and its handlers get all values', async () => {
    const [old, next] = [
      versionOf('moved', '1.0.0', { context: ['$.email'], results: { first: ['$.pin'] } }),
      versionOf('moved', '2.0.0', { context: ['$.phone'], results: { first: ['$.code'] }, subject: '$.email' }),
    ];
    const { tasks, kit, seen, get } = await play([old, next]);
    const { id } = await tasks.start({ ...old.request, context });
    await kit.runUntilIdle();
    seen.length = 0;
    const moved = await tasks.rerun(id, { ...ME, version: '2.0.0', from: 'second' });
    await kit.runUntilIdle();
    expect(seen).toEqual([{ step: 'second', version: '2.0.0', context, results }]);
    const task = await kit.task(moved.id);
    expect(task.context).toEqual({ email: EMAIL, phone: '[redacted]' });
    expect(task.steps[0]!.results).toEqual({ pin: '[redacted]', code: 'canary code' }); // as they were kept
    expect(await get(TaskerSensitiveData).tasksOf(EMAIL)).toEqual([moved.id]);
  });

  it('keeps no results with values that a version without marks could not reveal', async () => {
    const [old, next] = [versionOf('bare', '1.0.0', { results: { first: ['$.pin'] } }), versionOf('bare', '2.0.0')];
    const { tasks, kit, seen } = await play([old, next]);
    const { id } = await tasks.start({ ...old.request, context });
    await kit.runUntilIdle();
    const before = await lab.query('select from __schema__.tasks');
    await expect(tasks.rerun(id, { ...ME, version: '2.0.0', from: 'second' })).rejects.toThrow('has no sensitive_data');
    expect(await lab.query('select from __schema__.tasks')).toEqual(before);
    seen.length = 0;
    await tasks.rerun(id, { ...ME, version: '2.0.0' });
    await kit.runUntilIdle();
    expect(seen).toHaveLength(2);
    expect(seen[1]).toMatchObject({ context, results });
  });

  it('gets the complete context if the other version marks nothing', async () => {
    const [old, next] = [versionOf('open', '1.0.0', { context: ['$.email'] }), versionOf('open', '2.0.0')];
    const { tasks, kit } = await play([old, next]);
    const { id } = await tasks.start({ ...old.request, context });
    await kit.runUntilIdle();
    const moved = await tasks.rerun(id, { ...ME, version: '2.0.0' });
    expect((await kit.task(moved.id)).context).toEqual(context);
    await kit.runUntilIdle();
    const back = await tasks.rerun(moved.id, { ...ME, version: '1.0.0' });
    expect((await kit.task(back.id)).context).toEqual({ ...context, email: '[redacted]' });
  });

  it('may be of a version that only the database knows', async () => {
    const old = versionOf('retired', '1.0.0', { context: ['$.email'], results: { first: ['$.pin'] } });
    const { tasks, kit, close } = await play([old], {});
    const { id } = await tasks.start({ ...old.request, context });
    await kit.runUntilIdle();
    await close();
    const later = await play([versionOf('retired', '2.0.0')], {});
    const again = await later.tasks.rerun(id, { ...ME, from: 'second', context });
    await later.kit.runUntilIdle();
    expect(later.seen).toEqual([{ step: 'second', version: '1.0.0', context, results }]);
    expect((await later.kit.task(again.id)).context).toEqual({ ...context, email: '[redacted]' });
  });
});

describe('the task handler of a template with marks', () => {
  const template = versionOf('handled', '1.0.0', { context: ['$.email'], results: { first: ['$.pin'] } });
  const handler = (members: TaskHandlerContract): Provider => {
    @TaskHandler(template.request)
    class Tasks {
      constructor() {
        Object.assign(this, members);
      }
    }
    return Tasks;
  };

  it('gets complete documents before the task begins, and after it has ended', async () => {
    const asked: unknown[] = [];
    const members: TaskHandlerContract = {
      identify: (request) => (asked.push(['identify', request.context]), null),
      establishStepDependenciesAndDefaults: (task) => (asked.push(['tailor', task.context]), []),
      updateAnnotations: (task, steps) => {
        asked.push(['end', task.context, steps.map((step) => step.results)]);
        return [];
      },
    };
    const { tasks, kit } = await play([template], { providers: [handler(members)] });
    const { id } = await tasks.start({ ...template.request, context });
    await kit.runUntilIdle();
    const done = { pin: 'canary pin', code: 'canary code' };
    expect(asked).toEqual([
      ['tailor', context],
      ['identify', context],
      ['end', context, [done, done]],
    ]);
    asked.length = 0;
    await tasks.rerun(id, ME);
    expect(asked).toEqual([['tailor', context]]);
  });

  it.each([
    ['tailors a task', (fail: () => never): TaskHandlerContract => ({ establishStepDependenciesAndDefaults: fail })],
    ['identifies a request', (fail: () => never): TaskHandlerContract => ({ identify: fail })],
  ])('does not quote values in the error with which it %s', async (_, members) => {
    const fail = (): never => {
      throw new BadRequestException(`nobody has ${EMAIL}`);
    };
    const { tasks } = await play([template], undefined, new Map([[template, members(fail)]]));
    const refused = await tasks.start({ ...template.request, context }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(BadRequestException);
    const { message, stack } = refused as BadRequestException;
    expect([message, (refused as BadRequestException).getStatus()]).toEqual(['nobody has [redacted]', 400]);
    expect(JSON.stringify([(refused as BadRequestException).getResponse(), stack])).not.toContain('canary');
    expect(await lab.query('select from __schema__.tasks')).toEqual([]);
  });

  it('does not quote values in the log or the database when it fails at the end', async () => {
    const lines: unknown[] = [];
    jest.spyOn(Logger.prototype, 'warn').mockImplementation((...args: unknown[]) => void lines.push(args));
    const updateAnnotations = (task: { context: unknown }): never => {
      throw new Error(`nobody has ${JSON.stringify(task.context)}`);
    };
    const { tasks, kit } = await play([template], undefined, new Map([[template, { updateAnnotations }]]));
    const { id } = await tasks.start({ ...template.request, context: { email: EMAIL } });
    await kit.runUntilIdle();
    expect(await lab.query('select error from __schema__.final_hooks where task_id = $1', id)).toEqual([
      { error: 'nobody has {"email":"[redacted]"}' },
    ]);
    expect(JSON.stringify(lines)).toContain('nobody has');
    expect(JSON.stringify(lines)).not.toContain('canary');
    expect(await tablesWith(lab, EMAIL)).toEqual([]);
  });
});

describe('requests that are compared', () => {
  it.each(['hash', 'handler'] as const)('by %s: values count, and the hash is keyed', async (way) => {
    const template = aTemplate(undefined, { sensitiveData: { context: ['$.email'] } });
    @TaskHandler(template.request)
    class Tasks {
      identify(request: { readonly context: JsonObject }): string {
        return request.context.email as string;
      }
    }
    const settings = way === 'hash' ? { identity: { strategy: 'hash' } as const } : { providers: [Tasks] };
    const host = await play([template], settings);
    const start = (email: string) => host.tasks.start({ ...template.request, context: { email } });
    const first = await start(EMAIL);
    expect(await start(EMAIL)).toMatchObject({ id: first.id, created: false });
    expect(await start(`other ${EMAIL}`)).toMatchObject({ created: true });
    const hashOf = async (id: string) => (await host.kit.task(id)).identityHash;
    const before = await hashOf(first.id);
    await lab.query('delete from __schema__.tasks');
    await host.close();
    const other = await play([template], {
      ...settings,
      sensitiveData: { ...sensitiveData, subjectSecret: 't'.repeat(32) },
    });
    const again = await other.tasks.start({ ...template.request, context: { email: EMAIL } });
    expect((await other.kit.task(again.id)).identityHash).not.toBe(before);
  });
});

describe('HTTP steps', () => {
  it('send values that are marked, and keep what the template marks of the answer', async () => {
    const server = await servers.open(answering(200, { token: 'canary token', status: 'ok' }), answering(200, {}));
    const template = aTemplate(aChain('ask', 'use'), {
      sensitiveData: { context: ['$.email'], results: { ask: ['$.body.token'] } },
      steps: {
        ask: { http: { url: `${server.url}/{{ context.email }}` }, handler: undefined },
        use: {
          http: { method: 'POST', url: `${server.url}/use`, body: { token: '{{ results.ask.body.token }}' } },
          handler: undefined,
        },
      } as never,
    });
    const { tasks, kit } = await lab.open({ templates: [template], sensitiveData });
    const { id } = await tasks.start({ ...template.request, context: { email: EMAIL } });
    await kit.runToEnd(id);
    expect(server.received.map(({ path, body }) => [path, body])).toEqual([
      [`/${encodeURIComponent(EMAIL)}`, ''],
      ['/use', '{"token":"canary token"}'],
    ]);
    expect((await kit.task(id)).steps[0]!.results).toMatchObject({ body: { token: '[redacted]', status: 'ok' } });
    expect(await tablesWith(lab, 'canary')).toEqual([]);
  });
});

describe('tasks about people', () => {
  const template = aTemplate(undefined, { sensitiveData: { context: ['$.id'], subject: '$.id' } });

  it.each(['cancel', 'erase'] as const)(
    'are none for somebody unknown, so that a bulk %s changes nothing',
    async (action) => {
      const { tasks, kit } = await play([template]);
      const { id } = await tasks.start({ ...template.request, context: { id: 17 } });
      if (action === 'erase') await kit.runUntilIdle();
      expect(await tasks.bulk(action, { dataSubject: 'nobody' }, ME)).toEqual({ items: [], more: false });
      expect(await tasks.bulk(action, { dataSubject: '17', ids: ['1'] }, ME)).toEqual({ items: [], more: false });
      expect((await tasks.bulk(action, { dataSubject: '17' }, ME)).items).toMatchObject([
        { taskId: id, changed: true },
      ]);
    },
  );

  it('are not found by those who have another secret', async () => {
    const { tasks, close } = await play([template], {});
    await tasks.start({ ...template.request, context: { id: 17 } });
    await close();
    const { get } = await play([template], { sensitiveData: { ...sensitiveData, subjectSecret: 't'.repeat(32) } });
    expect(await get(TaskerSensitiveData).tasksOf('17')).toEqual([]);
  });

  it('cannot be searched for without a secret', async () => {
    const { tasks, get } = await lab.open({ templates: [] });
    await expect(tasks.bulk('erase', { dataSubject: 'x' }, ME)).rejects.toThrow(
      'sensitiveData.subjectSecret is not set',
    );
    await expect(get(TaskerSensitiveData).tasksOf('x')).rejects.toMatchObject({
      code: 'TASKER_MISSING_SUBJECT_SECRET',
    });
    await expect(lab.open({ templates: [template] })).rejects.toThrow(template.request.name);
  });

  it('leave nothing when they are removed, and no values in the archive', async () => {
    const { tasks, kit, get } = await play([template], { retention: { afterDays: 1, archive: true } });
    const { id } = await tasks.start({ ...template.request, context: { id: 'canary 17', city: 'here' } });
    await kit.runUntilIdle();
    await lab.query(
      `update __schema__.tasks set completed_at = completed_at - interval '2 days', created_at = created_at - interval '2 days'`,
    );
    expect(await get(TaskRetention).runOnce()).toBe(1);
    for (const table of ['sensitive_values', 'data_subjects', 'erased_tasks']) {
      expect(await lab.query(`select from __schema__.${table}`)).toEqual([]);
    }
    const archived = await lab.query<{ text: string }>('select a::text as text from __schema__.archived_tasks a');
    expect(archived[0]!.text).toContain('[redacted]');
    expect(await tablesWith(lab, 'canary 17')).toEqual([]);
    expect(await get(TaskerSensitiveData).reveal(id)).toBeNull();
    await lab.query('truncate __schema__.archived_tasks');
  });
});
