import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { AppModule } from '../../sample-app/app.module.js';
import { DEMO_ENVIRONMENT, DEMO_WORKER } from '../../sample-app/runner/demo.settings.js';
import type { OrderProgress } from '../../sample-app/runner/order.progress.js';
import { startStory, watchStories } from '../../sample-app/runner/story.runner.js';
import { CHECKOUT_STORIES } from '../../sample-app/stories/checkout.stories.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

let db: TestDatabase;
let app: INestApplication;

beforeAll(async () => {
  db = await createTestDatabase();
  const shop = AppModule.forShop({ databaseUrl: db.url, environment: DEMO_ENVIRONMENT, worker: DEMO_WORKER });
  const module = await Test.createTestingModule({ imports: [shop] }).compile();
  app = module.createNestApplication({ logger: false });
  await app.init();
});

afterAll(async () => {
  await app.close();
  await db.drop();
});

describe('the stories of the demo, with a real worker and all at once', () => {
  it('end as they are told, and show how they get there', async () => {
    const shown: (readonly OrderProgress[])[] = [];
    const stories = await Promise.all(CHECKOUT_STORIES.map((story) => startStory(app, story)));
    const rows = await watchStories(app, stories, { show: (orders) => shown.push(orders) });

    for (const { title, expected, actual } of rows) expect({ title, ...actual }).toEqual({ title, ...expected });
    expect(rows).toHaveLength(CHECKOUT_STORIES.length);
    expect(shown.at(-1)!.map(({ title, state }) => ({ title, state }))).toEqual(
      CHECKOUT_STORIES.map(({ title, expected: { state } }) => ({ title, state })),
    );
    expect(shown.flat().flatMap(({ steps }) => steps.map(({ sight }) => sight))).toContain('waiting');
  });
});
