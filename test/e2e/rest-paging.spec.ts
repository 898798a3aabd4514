import type { Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { defineTask, TaskService } from 'nestjs-tasker';
import request from 'supertest';
import { amount } from '../support/amount.js';
import { startHttpHost, type HttpHost } from '../support/http.host.js';

const BATCH = 1_000;
const DURING = amount({ short: 600, full: 2_000 });
const AT_FIRST = amount({ short: 3_000, full: 10_000 });

const QUICK = defineTask({ namespace: 'pages', name: 'quick' }).step('only', { handler: 'warehouse.echo' });
const IDLE = defineTask({ namespace: 'pages', name: 'idle' });
const TASK = { namespace: 'pages', name: 'quick' };

describe('paging through many tasks while others come, run and end', () => {
  let host: HttpHost;
  let http: Server;
  const original = new Set<string>();
  beforeAll(async () => {
    host = await startHttpHost({ tasker: { templates: [QUICK, IDLE], worker: { enabled: true, concurrency: 50 } } });
    http = host.app.getHttpServer();
    const tasks = host.app.get(TaskService);
    for (let count = 0; count < AT_FIRST; count += BATCH) {
      const started = await tasks.startMany(Array.from({ length: BATCH }, () => ({ ...TASK, name: 'idle' })));
      for (const { id } of started) original.add(id);
    }
  });
  afterAll(() => host.close());

  /** Starts tasks one after the other while `work` goes on, at least until all are started; the worker runs them meanwhile. */
  async function during<T>(work: () => Promise<T>): Promise<T> {
    const tasks = host.app.get(TaskService);
    const starting = (async () => {
      for (let count = 0; count < DURING; count += 20) {
        await tasks.startMany(Array.from({ length: 20 }, () => TASK));
      }
    })();
    const [result] = await Promise.all([work(), starting]);
    return result;
  }

  it.each(['-createdAt', 'createdAt'])('shows each of the first ones once, sorted by %s', async (sort) => {
    const seen = await during(async () => {
      const ids: string[] = [];
      let url: string | null = `/tasker/tasks?limit=100&sort=${sort}`;
      while (url !== null) {
        const { body } = await request(http).get(url).expect(200);
        ids.push(...(body.tasks as { id: string }[]).map(({ id }) => id));
        const next = body.page.next as string | null;
        url = next === null ? null : `/tasker/tasks?limit=100&sort=${sort}&after=${next}`;
      }
      return ids;
    });
    expect(seen.filter((id) => original.has(id))).toHaveLength(AT_FIRST);
    expect(new Set(seen).size).toBe(seen.length);
  });
});
