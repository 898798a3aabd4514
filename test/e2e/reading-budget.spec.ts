import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isOmitted, RecordService } from 'nestjs-tasker';
import request from 'supertest';
import { DataSource } from 'typeorm';
import { startGraphqlHost, type GraphqlHost } from '../support/graphql.host.js';
import { bulk } from '../support/random.js';

const LARGE = 80_000;

describe('tasks that are larger than one answer of the database may be', () => {
  let host: GraphqlHost;
  let ids: string[];
  let large: string;
  beforeAll(async () => {
    host = await startGraphqlHost({ tasker: { database: { maxReadBytes: 60_000 } } });
    ids = [];
    for (const bytes of [100, 9_000, LARGE, 9_000, 100, 100]) {
      ids.push(await host.deliver(1, { context: { order_id: 1, text: bulk(bytes) } }));
    }
    large = ids[2]!;
    await host.kit.runUntilIdle();
  });
  afterAll(() => host.close());

  const get = (url: string) => request(host.http).get(`/tasker${url}`);

  it('shorten the pages of a list over HTTP, which shows each task once', async () => {
    const seen: any[] = [];
    const lengths: number[] = [];
    const query = '/tasks?sort=createdAt&include=context,steps';
    for (let url: string | null = query; url !== null;) {
      const { body, headers }: { body: any; headers: any } = await get(url).expect(200);
      seen.push(...body.tasks);
      lengths.push(body.tasks.length);
      expect(headers.link === undefined).toBe(body.page.next === null && body.page.previous === null);
      url = body.page.next === null ? null : `${query}&after=${body.page.next}`;
    }
    expect(seen.map(({ id }) => id)).toEqual(ids);
    expect(lengths.length).toBeGreaterThan(1);
    expect(seen.filter(({ context }) => isOmitted(context)).map(({ id }) => id)).toEqual([large]);
    for (const { steps } of seen) {
      expect(steps.map(({ results }: any) => isOmitted(results))).toEqual([false, false, false, false]);
    }
  });

  it('show alone what has room alone, and mark what has not', async () => {
    const { body: task } = await get(`/tasks/${large}`).expect(200);
    expect(task.context).toEqual({ $omitted: { storedBytes: expect.any(Number), reason: expect.any(String) } });
    expect(task.steps).toHaveLength(4);
    const { body: one } = await get(`/tasks?ids=${ids[1]}&include=context`).expect(200);
    expect(one.tasks[0].context).toMatchObject({ order_id: 1, text: expect.stringMatching(/^.{9000}$/) });
  });

  it('cost themselves and not their neighbours over GraphQL', async () => {
    const { tasks }: any = await host.read(
      'query { tasks(first: 100, sort: createdAt) { nodes { id context steps { name results } } } }',
    );
    expect(tasks.nodes.map(({ id }: any) => id)).toEqual(ids);
    expect(tasks.nodes.filter(({ context }: any) => isOmitted(context)).map(({ id }: any) => id)).toEqual([large]);
    for (const { steps } of tasks.nodes)
      expect(steps.map(({ results }: any) => isOmitted(results))).not.toContain(true);
  });

  it('have each of their steps read by itself over GraphQL, where not all have room together', async () => {
    await host.app
      .get(DataSource)
      .query('update tasker.workflow_steps set results = $1 where task_id = $2', [
        JSON.stringify({ text: bulk(30_000) }),
        large,
      ]);
    const { task }: any = await host.read(`query { task(id: "${large}") { steps { name results } } }`);
    expect(task.steps.filter(({ results }: any) => isOmitted(results)).length).toBeGreaterThan(0);
    for (const { name } of task.steps) {
      const { step }: any = await host.read(`query { step(taskId: "${large}", step: "${name}") { name results } }`);
      expect(step).toEqual({ name, results: { text: expect.stringMatching(/^.{30000}$/) } });
      const { body } = await get(`/tasks/${large}/workflow_steps/${name}`).expect(200);
      expect(body.results).toEqual(step.results);
    }
  });

  it('have what each of their steps failed with read by itself over GraphQL as well', async () => {
    const error = { message: 'no', code: null, class: 'Error', permanent: true, context: { text: bulk(30_000) } };
    await host.app
      .get(DataSource)
      .query('update tasker.workflow_steps set error = $1 where task_id = $2', [JSON.stringify(error), ids[1]]);
    const { task }: any = await host.read(`query { task(id: "${ids[1]}") { steps { name error { context } } } }`);
    expect(task.steps.filter(({ error }: any) => isOmitted(error.context)).length).toBeGreaterThan(0);
    for (const { name } of task.steps) {
      const { step }: any = await host.read(
        `query { step(taskId: "${ids[1]}", step: "${name}") { error { message context } } }`,
      );
      expect(step.error).toEqual({ message: 'no', context: error.context });
    }
  });

  it('are refused with 422 where nothing can be left out', async () => {
    const notes = Array.from({ length: 130 }, (_, n) => host.app.get(RecordService).annotate(ids[0]!, 'note', { n }));
    await Promise.all(notes);
    const { body } = await get(`/tasks/${ids[0]}/annotations`).expect(422);
    expect(body).toMatchObject({
      code: 'TASKER_ANSWER_TOO_LARGE',
      detail: expect.stringMatching(/database\.maxReadBytes.*\.$/s),
    });
  });
});
