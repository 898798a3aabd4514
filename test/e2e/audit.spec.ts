import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { Authenticator, TaskerUser } from 'nestjs-tasker';
import request from 'supertest';
import { DataSource } from 'typeorm';
import { AuditSealer } from '../../lib/audit/audit.sealer.js';
import { AuditVerifier } from '../../lib/audit/audit.verifier.js';
import { DenialRecorder } from '../../lib/audit/denial.recorder.js';
import { startHttpHost, type HttpHost } from '../support/http.host.js';

const USERS: Readonly<Record<string, TaskerUser>> = {
  ann: { id: 'ann', roles: ['operator'], method: 'badge\0', tokenId: 'badge 7' },
  vic: { id: 'vic', roles: ['viewer'], namespaces: ['warehouse'] },
};
const authenticator: Authenticator = {
  authenticate: (asked) => USERS[(asked as { headers: Record<string, string> }).headers.user ?? ''] ?? null,
};
const START = { namespace: 'warehouse', name: 'delivery', version: '1.2.0', context: { order_id: 1 } };

describe.each(['express', 'fastify'] as const)('the audit log, on %s,', (server) => {
  let host: HttpHost;

  beforeAll(async () => {
    host = await startHttpHost({
      tasker: { auth: { authenticators: [authenticator] } },
      ...(server === 'fastify' && { adapter: new FastifyAdapter() }),
    });
  });
  afterAll(() => host.close());

  const post = (path: string, user = 'ann', body: object = {}) =>
    request(host.app.getHttpServer())
      .post(`/tasker${path}`)
      .set('user', user)
      .set('X-Correlation-ID', 'call-1')
      .send(body);
  const idOf = ({ body }: { readonly body: unknown }): string => (body as { readonly id: string }).id;
  const start = async (): Promise<string> => idOf(await post('/tasks', 'ann', START).expect(201));
  const entries = async (taskId: string): Promise<readonly Record<string, unknown>[]> => {
    await host.app.get(DenialRecorder).flush();
    await host.app.get(AuditSealer).runOnce();
    return host.app
      .get(DataSource)
      .query('select * from tasker.audit_log where task_id = $1 order by entry_id', [taskId]);
  };

  it('has who did what, on what, how and why', async () => {
    const taskId = await start();
    await post(`/tasks/${taskId}/hold`, 'ann', { reason: 'the shelf is empty' }).expect(200);
    const [started, held] = await entries(taskId);
    expect(started).toMatchObject({ operation: 'startTask', namespace: 'warehouse', actor: 'ann', outcome: 'done' });
    expect(held).toMatchObject({
      ...{ namespace: 'warehouse', operation: 'holdTask', permission: 'tasker.task:update', face: 'rest' },
      ...{ actor: 'ann', method: 'badge', token_id: 'badge 7', correlation_id: 'call-1', outcome: 'done', code: null },
      ...{ subject_kind: 'task', subject_id: taskId, task_id: taskId },
      details: { roles: ['operator'], reason: 'the shelf is empty', address: expect.stringMatching(/127\.0\.0\.1$/) },
    });
  });

  it('has what changed, what did not, and what was refused', async () => {
    const taskId = await start();
    await post(`/tasks/${taskId}/cancel`).expect(200);
    await post(`/tasks/${taskId}/cancel`).expect(200);
    await post(`/tasks/${taskId}/hold`).expect(409);
    const [, cancelled, again, refused] = await entries(taskId);
    expect(cancelled).toMatchObject({
      outcome: 'done',
      details: { tasks: [{ id: taskId, from: 'pending', to: 'cancelled' }] },
    });
    expect(again).toMatchObject({ outcome: 'unchanged' });
    expect(refused).toMatchObject({
      outcome: 'refused',
      code: 'TASKER_ACTION_REFUSED',
      details: { state: 'cancelled' },
    });
  });

  it('has what was denied', async () => {
    const taskId = await start();
    await post('/tasks', 'vic', { ...START, namespace: 'ware\0house \ud800' }).expect(403);
    await post(`/tasks/${taskId}/hold`, 'vic').expect(403);
    await post(`/tasks/${taskId}/hold`, 'nobody').expect(401);
    const [, forbidden, unknown] = await entries(taskId);
    expect(forbidden).toMatchObject({
      ...{ operation: 'holdTask', actor: 'vic', outcome: 'denied', code: 'TASKER_FORBIDDEN', namespace: 'warehouse' },
      details: { requires: 'tasker.task:update' },
    });
    expect(unknown).toMatchObject({ actor: null, outcome: 'denied', code: 'TASKER_UNAUTHENTICATED' });
  });

  it('is a chain that can be verified', async () => {
    await start();
    await host.app.get(AuditSealer).runOnce();
    const { isValid, entries: count, faults } = await host.app.get(AuditVerifier).verify();
    expect({ isValid, faults }).toEqual({ isValid: true, faults: [] });
    expect(count).toBeGreaterThan(0);
  });
});
