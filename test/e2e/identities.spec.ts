import { AsyncLocalStorage } from 'node:async_hooks';
import type { Server } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  EventBus,
  type AuthorizationCoordinator,
  type Authenticator,
  type Permission,
  type TaskerUser,
  type TaskScope,
} from 'nestjs-tasker';
import request from 'supertest';
import { amount } from '../support/amount.js';
import { startHttpHost, type HttpHost } from '../support/http.host.js';
import { randomFrom } from '../support/random.js';

const USERS = Array.from({ length: amount({ short: 60, full: 200 }) }, (_, index) => `user ${index}`);
/** Where the host keeps who asks, from its first middleware on. */
const current = new AsyncLocalStorage<string>();

type Headers = Readonly<Record<string, string | undefined>>;
type Middleware = (request: { readonly headers: Headers }, response: unknown, next: () => void) => void;

const remember: Middleware = ({ headers }, _, next) => current.run(headers.user ?? 'nobody', next);

/** Lets others go first, for a few turns. */
async function dawdle(random: () => number): Promise<void> {
  for (let left = Math.floor(random() * 4); left > 0; left--) await turn();
}

describe.each(['express', 'fastify'] as const)('many users at once, on %s,', (server) => {
  let host: HttpHost;
  const random = randomFrom(7);
  /** Whoever was taken for somebody else. */
  const mistaken: unknown[] = [];
  const compare = (place: string, user: string | undefined): void => {
    if (current.getStore() !== user) mistaken.push({ place, user, stored: current.getStore() });
  };

  const authenticator: Authenticator = {
    authenticate: async (asked): Promise<TaskerUser | null> => {
      const { user } = (asked as { readonly headers: Headers }).headers;
      await dawdle(random);
      compare('authenticate', user);
      return user === undefined ? null : { id: user };
    },
  };
  const coordinator: AuthorizationCoordinator = {
    may: async (user: TaskerUser | null, _: Permission): Promise<boolean> => {
      await dawdle(random);
      compare('may', user?.id);
      return true;
    },
    scope: async (user: TaskerUser | null): Promise<TaskScope> => {
      await dawdle(random);
      compare('scope', user?.id);
      return { initiator: user!.id };
    },
  };

  beforeAll(async () => {
    host = await startHttpHost({
      tasker: { auth: { authenticators: [authenticator], coordinator } },
      ...(server === 'fastify' && { adapter: new FastifyAdapter() }),
      prepare: (app: INestApplication<Server>) => void app.use(remember),
    });
  });
  afterAll(() => host.close());

  it('keep their own identity, in the storage of the host too', async () => {
    const http = host.app.getHttpServer();
    const heard = new Map<string, string | undefined>();
    host.app.get(EventBus).on('task.initialize_requested', ({ taskId }) => void heard.set(taskId, current.getStore()));
    const asUser = async (user: string): Promise<unknown> => {
      const start = { namespace: 'warehouse', name: 'delivery', version: '1.2.0', context: { order_id: 1 } };
      const started = await request(http).post('/tasker/tasks').set('user', user).send(start).expect(201);
      const { id } = started.body as { readonly id: string };
      const held = await request(http).post(`/tasker/tasks/${id}/hold`).set('user', user).expect(200);
      const shown = await request(http).get(`/tasker/tasks/${id}?include=transitions`).set('user', user).expect(200);
      const listed = await request(http).get('/tasker/tasks').set('user', user).expect(200);
      const { initiator } = shown.body as { readonly initiator: string };
      const { tasks } = listed.body as { readonly tasks: readonly { readonly id: string }[] };
      const isOthers = heard.get(id) !== undefined && heard.get(id) !== user;
      return {
        initiator,
        isOthers,
        own: tasks.length === 1 && tasks[0]!.id === id,
        changed: (held.body as { changed: boolean }).changed,
      };
    };
    const answers = await Promise.all(USERS.map(asUser));
    expect(answers).toEqual(USERS.map((initiator) => ({ initiator, isOthers: false, own: true, changed: true })));
    expect(mistaken).toEqual([]);
    expect(heard.size).toBe(USERS.length);
  });
});
