import type { Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AuditService, TaskService, type Authenticator, type TaskerUser } from 'nestjs-tasker';
import request from 'supertest';
import { DataSource } from 'typeorm';
import { verifyExport } from '../../lib/audit/audit.file.verifier.js';
import { AuditSealer } from '../../lib/audit/audit.sealer.js';
import { AuditGateway } from '../../lib/persistence/audit.gateway.js';
import { AuditVerifier } from '../../lib/audit/audit.verifier.js';
import { DenialRecorder } from '../../lib/audit/denial.recorder.js';
import { aChain, aTemplate, HANDLER } from '../support/factories.js';
import { startOwnGraphqlHost, type GraphqlHost } from '../support/graphql.host.js';
import { handlerClass } from '../support/host.js';
import { tamper } from '../support/tampering.js';

const USERS: Readonly<Record<string, TaskerUser>> = {
  root: { id: 'root', roles: ['admin'] },
  ann: { id: 'ann', roles: ['operator'], tokenId: 'badge 7' },
  wes: { id: 'wes', roles: ['admin'], namespaces: ['warehouse'] },
};
const authenticator: Authenticator = {
  authenticate: (asked) => USERS[(asked as { headers: Record<string, string> }).headers.user ?? ''] ?? null,
};

interface Entry {
  readonly id: string;
  readonly operation: string;
  readonly namespace: string | null;
  readonly seq: string | null;
  readonly hash: string | null;
}

describe.each(['apollo', 'mercurius'] as const)('the audit log, read on %s,', (driver) => {
  let host: GraphqlHost;
  let http: Server;
  let taskId: string;
  let officeTask: string;

  beforeAll(async () => {
    const templates = ['warehouse', 'office'].map((namespace) =>
      aTemplate(aChain('one'), { namespace, name: 'parcel', version: '1.0.0' }),
    );
    host = await startOwnGraphqlHost(
      driver,
      {},
      {
        tasker: { templates, auth: { authenticators: [authenticator] } },
        providers: [handlerClass(HANDLER, () => null)],
      },
    );
    http = host.http;
    taskId = await start('warehouse');
    await post(`/tasks/${taskId}/hold`, 'the shelf is empty');
    await post(`/tasks/${taskId}/release`);
    officeTask = await start('office');
    await request(http).post('/tasker/api_tokens').set('user', 'ann').send({}).expect(403);
    await host.app.get(DenialRecorder).flush();
    await host.app.get(AuditSealer).runOnce();
    await post(`/tasks/${taskId}/cancel`); // not sealed yet
  });
  afterAll(() => host.close());

  async function start(namespace: string): Promise<string> {
    const body = { namespace, name: 'parcel', version: '1.0.0' };
    return (await request(http).post('/tasker/tasks').set('user', 'ann').send(body).expect(201)).body.id as string;
  }

  const post = (path: string, reason = 'why not') =>
    request(http)
      .post(`/tasker${path}`)
      .set({ user: 'ann', 'X-Correlation-ID': `of-${path.split('/').at(-1)!}` })
      .send({ reason })
      .expect(200);

  const get = (path: string, user = 'root') => request(http).get(`/tasker/audit${path}`).set('user', user);

  async function found(query: Readonly<Record<string, string>>, user = 'root'): Promise<readonly string[]> {
    const { body } = await get('', user).query(query).expect(200);
    return (body.entries as readonly Entry[]).map(({ operation, namespace }) => `${operation} ${namespace}`);
  }

  const linesOf = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');
  async function* each(lines: readonly string[]): AsyncIterable<string> {
    yield* await Promise.resolve(lines);
  }

  it('has the newest entry first, sealed or not', async () => {
    const { body } = await get('').expect(200);
    const entries = body.entries as readonly Entry[];
    expect(entries.map(({ operation, seq }) => [operation, seq])).toEqual([
      ['cancelTask', null],
      ['createApiToken', '1'],
      ['startTask', '1'],
      ['releaseTask', '3'],
      ['holdTask', '2'],
      ['startTask', '1'],
    ]);
    expect(entries[0]).toMatchObject({ hash: null, namespace: 'warehouse', actor: 'ann', face: 'rest', taskId });
    expect(entries[1]).toMatchObject({ namespace: null, outcome: 'denied', code: 'TASKER_FORBIDDEN' });
    expect(entries[4]).toMatchObject({
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      occurredAt: expect.stringMatching(/Z$/),
      details: { reason: 'the shelf is empty' },
    });
    expect(body.page).toEqual({ next: null });
  });

  it.each<[Readonly<Record<string, string>>, readonly string[]]>([
    [{ namespace: 'office' }, ['startTask office']],
    [{ namespace: '' }, ['createApiToken null']],
    [{ operation: 'holdTask' }, ['holdTask warehouse']],
    [{ actor: 'nobody' }, []],
    [{ actor: 'ann', outcomes: 'denied,refused' }, ['createApiToken null']],
    [{ subjectKinds: 'system' }, ['createApiToken null']],
    [{ correlationId: 'of-cancel' }, ['cancelTask warehouse']],
    [{ tokenId: 'badge 7', operation: 'releaseTask' }, ['releaseTask warehouse']],
    [{ tokenId: 'badge 8' }, []],
    [{ from: '2100-01-01T00:00:00Z' }, []],
    [{ from: '2020-01-01T00:00:00Z', operation: 'cancelTask' }, ['cancelTask warehouse']],
    [{ to: '2020-01-01T00:00:00Z' }, []],
    [{ to: '2100-01-01T00:00:00Z', operation: 'cancelTask' }, ['cancelTask warehouse']],
  ])('finds the entries that match %j', async (query, operations) => {
    expect(await found(query)).toEqual(operations);
  });

  it('finds the entries about an object', async () => {
    expect(await found({ taskId })).toHaveLength(4);
    expect(await found({ subjectId: taskId, subjectKinds: 'step' })).toEqual([]);
    expect(await found({ subjectId: taskId, subjectKinds: 'step,task' })).toHaveLength(4);
  });

  it('has pages that lose and repeat nothing, also of entries of the same instant and while they are sealed', async () => {
    const database = host.app.get(DataSource);
    await database.query(`update tasker.audit_inbox set occurred_at = '2030-01-31T08:00:00Z'`);
    const seen: string[] = [];
    let link = '?limit=2';
    while (link !== '') {
      const { body, headers } = await get(link).expect(200);
      seen.push(...(body.entries as readonly Entry[]).map(({ id }) => id));
      if (seen.length === 2) await host.app.get(AuditSealer).runOnce();
      link = /<(\?.*)>; rel="next"/.exec(String(headers.link))?.[1] ?? '';
      expect(link.includes(String(body.page.next))).toBe(body.page.next !== null);
    }
    const { body } = await get('').expect(200);
    expect(seen).toEqual((body.entries as readonly Entry[]).map(({ id }) => id));
    expect(new Set(seen).size).toBe(6);
  });

  it('says everything that is wrong with a request', async () => {
    const { body } = await get('?limit=0&outcomes=lost&taskId=x&from=tomorrow').expect(400);
    expect(body.code).toBe('TASKER_INVALID_AUDIT_REQUEST');
    expect((body.problems as { pointer: string }[]).map(({ pointer }) => pointer).sort()).toEqual([
      '/from',
      '/limit',
      '/outcomes',
      '/taskId',
    ]);
    const cursor = Buffer.from('["createdAt","1"]').toString('base64url');
    expect((await get(`?after=${cursor}`).expect(400)).body.problems[0].pointer).toBe('/after');
    expect((await get('?colour=red').expect(400)).body.code).toBe('TASKER_INVALID_QUERY');
  });

  it('shows a user who is limited to a namespace nothing of others, and nothing of no namespace', async () => {
    expect(new Set((await found({}, 'wes')).map((each) => each.split(' ')[1]))).toEqual(new Set(['warehouse']));
    expect(await found({ namespace: 'office' }, 'wes')).toEqual([]);
    expect(await found({ namespace: '' }, 'wes')).toEqual([]);
    const { body } = await get('/heads', 'wes').expect(200);
    expect(body.heads).toEqual([expect.objectContaining({ namespace: 'warehouse' })]);
    const { body: verified } = await get('/verification', 'wes').expect(200);
    expect(verified.heads).toEqual(body.heads);
    const { body: other } = await get('/verification?namespace=office', 'wes').expect(200);
    expect(other).toEqual({ isValid: true, entries: 0, erased: 0, faults: [], heads: [] });
    const { text } = await get('/export', 'wes').expect(200);
    expect(new Set(linesOf(text).map((line) => (JSON.parse(line) as Entry).namespace))).toEqual(new Set(['warehouse']));
    expect((await get('/export?namespace=office', 'wes').expect(200)).text).toBe('');
    expect((await get('/export?namespace=', 'wes').expect(200)).text).toBe('');
  });

  it('is for administrators', async () => {
    for (const path of ['', '/heads', '/verification', '/export']) {
      expect((await get(path, 'ann').expect(403)).body.code).toBe('TASKER_FORBIDDEN');
    }
  });

  it('can be exported and verified elsewhere', async () => {
    const { text, headers } = await get('/export').expect(200);
    expect(headers['content-type']).toBe('application/x-ndjson; charset=utf-8');
    const lines = linesOf(text);
    expect(await verifyExport(each(lines))).toMatchObject({ isValid: true, entries: lines.length, faults: [] });
    const { heads } = (await get('/heads').expect(200)).body as { heads: readonly { namespace: string | null }[] };
    const kept = heads.map((head) => ({ ...head, namespace: head.namespace ?? '' })) as never;
    expect(await verifyExport(each(lines), kept)).toMatchObject({ isValid: true });
    const places = lines.map((line) => JSON.parse(line) as Entry).map(({ namespace, seq }) => [namespace, seq]);
    expect(places.filter(([namespace]) => namespace === 'warehouse').map(([, seq]) => seq)).toEqual([
      '1',
      '2',
      '3',
      '4',
    ]);
    expect((await get('/export?namespace=office').expect(200)).text.trim()).toBe(
      lines.find((line) => line.startsWith('{"namespace":"office"')),
    );
    const head = await request(http).head('/tasker/audit/export').set('user', 'root').expect(200);
    expect(head.headers['content-type']).toContain('ndjson');
  });

  it('says so if it was changed, over REST and to code', async () => {
    const audit = host.app.get(AuditService);
    const heads = await audit.heads();
    await tamper(host.app.get(DataSource), `update tasker.audit_log set actor = 'bob' where operation = 'holdTask'`);
    const fault = { namespace: 'warehouse', seq: '2', throughSeq: '2', kind: 'changed' };
    const { body } = await get('/verification').expect(200);
    expect(body).toMatchObject({ isValid: false, faults: [fault] });
    expect((await get('/verification?namespace=office').expect(200)).body).toMatchObject({ isValid: true, entries: 1 });
    const { text } = await get('/export').expect(200);
    expect(await verifyExport(each(linesOf(text)))).toMatchObject({ isValid: false, faults: [fault] });
    await tamper(host.app.get(DataSource), `update tasker.audit_log set actor = 'ann' where operation = 'holdTask'`);
    expect(await audit.verify({}, null, heads)).toMatchObject({ isValid: true, heads });
    const others = heads.map((head) => ({ ...head, hash: 'f'.repeat(64) }));
    expect((await audit.verify({}, null, others)).faults).toHaveLength(heads.length);
  });

  it('is verified once at a time', async () => {
    const verifier = host.app.get(AuditVerifier);
    const { verify } = verifier;
    let go: () => void = () => undefined;
    verifier.verify = async (...given) => {
      await new Promise<void>((resolve) => (go = resolve));
      return verify.apply(verifier, given);
    };
    try {
      const audit = host.app.get(AuditService);
      const first = audit.verify();
      const { body, headers } = await get('/verification').expect(429);
      expect(body.code).toBe('TASKER_AUDIT_VERIFICATION_IN_PROGRESS');
      expect(headers['retry-after']).toBe('30');
      go();
      expect(await first).toMatchObject({ isValid: true });
    } finally {
      verifier.verify = verify;
    }
    await get('/verification').expect(200);
  });

  it('can be read over GraphQL', async () => {
    const query = `query ($filter: AuditFilterInput, $after: String) {
      auditEntries(first: 2, after: $after, filter: $filter) {
        edges { cursor node { id operation outcome subjectKind details } } pageInfo { hasNextPage endCursor }
      }
    }`;
    const filter = { taskId, actor: null, outcomes: ['done'] };
    const { auditEntries: first } = await host.read(query, { filter }, 'root');
    expect(first.edges.map(({ node }: any) => node.operation)).toEqual(['cancelTask', 'releaseTask']);
    expect(first.edges[0].node).toMatchObject({ outcome: 'done', subjectKind: 'task', details: { reason: 'why not' } });
    expect(first.pageInfo).toEqual({ hasNextPage: true, endCursor: first.edges[1].cursor });
    const { auditEntries: next } = await host.read(query, { filter, after: first.pageInfo.endCursor }, 'root');
    expect(next.edges.map(({ node }: any) => node.operation)).toEqual(['holdTask', 'startTask']);
    const { auditHeads } = await host.read('{ auditHeads { namespace seq hash } }', {}, 'wes');
    expect(auditHeads).toEqual([{ namespace: 'warehouse', seq: '4', hash: expect.any(String) }]);
    const { auditEntries: own } = await host.read('{ auditEntries { nodes { namespace } } }', {}, 'wes');
    expect(own.nodes).toHaveLength(4);
  });

  it('is exported and listed as a whole, however long it is', async () => {
    const entry = { operation: 'rotateSecret', face: 'code', kind: 'system', outcome: 'done' };
    await host.app.get(AuditGateway).note(Array.from({ length: 450 }, () => JSON.stringify(entry)));
    await host.app.get(AuditSealer).runOnce();
    const lines = linesOf((await get('/export?namespace=').expect(200)).text);
    expect(lines.length).toBeGreaterThan(450);
    expect(await verifyExport(each(lines))).toMatchObject({ isValid: true, entries: lines.length });
    const ids: number[] = [];
    let after: string | undefined;
    do {
      const { items, hasNext } = await host.app.get(AuditService).list({ limit: 100, ...(after && { after }) });
      ids.push(...items.map(({ entry: { id } }) => Number(id)));
      after = hasNext ? items.at(-1)!.cursor : undefined;
    } while (after !== undefined);
    expect(ids).toEqual(ids.toSorted((one, other) => other - one));
    expect(ids.length).toBeGreaterThan(450);
  });

  it('has what code of the host did', async () => {
    await host.app.get(TaskService).hold(officeTask, { actor: 'bob' });
    const [latest] = (await host.app.get(AuditService).list({ operation: 'holdTask', limit: 1 })).items;
    expect(latest!.entry).toMatchObject({ operation: 'holdTask', face: 'code', namespace: 'office', actor: 'bob' });
  });
});
