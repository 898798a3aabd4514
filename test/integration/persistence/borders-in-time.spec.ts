import { beforeEach, describe, expect, it } from '@jest/globals';
import { age, LEASE, start, type Times } from '../../support/borders.js';
import { usePersistence } from '../../support/persistence.js';
import { fail, HandWorker } from '../../support/workflow.js';
import { ofRequests, ofTasks, ofWebhooks } from './record.borders.js';
import { ofSteps, ofWorkers } from './work.borders.js';

const persistence = usePersistence();
let worker: HandWorker;

const times: Times = {
  query: persistence.query,
  get tasks() {
    return persistence.tasks;
  },
  get templates() {
    return persistence.templates;
  },
  get workers() {
    return persistence.workers;
  },
  get worker() {
    return worker;
  },
  call: async <Answer>(text: string, ...parameters: readonly unknown[]): Promise<Answer> => {
    const [row] = await persistence.query<{ answer: Answer }>(`select __schema__.${text} as answer`, ...parameters);
    return row!.answer;
  },
};

const TABLES = [
  ...['tasks', 'limit_checks', 'limit_starts', 'idempotent_requests', 'task_identities', 'task_deadlines'],
  ...['final_hooks', 'webhooks', 'workers'],
];

beforeEach(async () => {
  for (const table of TABLES) await persistence.query(`delete from __schema__.${table}`);
  worker = await HandWorker.register(persistence, LEASE);
});

const BORDERS = {
  'workers and their steps': [...ofWorkers(times), ...ofSteps(times)],
  'tasks, requests and webhooks': [...ofTasks(times), ...ofRequests(times), ...ofWebhooks(times)],
};

describe.each(Object.entries(BORDERS))('of times of %s,', (_, borders) => {
  it.each(borders)('$what is not over at nine tenths of it, and is at eleven tenths', async (border) => {
    const { seconds, begin, instants, isPast } = border;
    await begin();
    await age(times, instants, 0.9 * seconds);
    expect(await isPast()).toBe(false);
    await age(times, instants, 0.2 * seconds);
    expect(await isPast()).toBe(true);
  });
});

describe('a failure without a wait', () => {
  it('is due in the very call that reports it', async () => {
    await start(times);
    const [step] = await times.worker.claim();
    const { claimed } = await times.worker.advance([fail(step!, 0)]);
    expect(claimed.steps).toMatchObject([{ id: step!.id, attempt: 2 }]);
  });
});
