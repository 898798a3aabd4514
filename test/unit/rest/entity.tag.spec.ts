import { describe, expect, it } from '@jest/globals';
import type { ExecutionContext } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { rememberGrant, type Grant } from '../../../lib/auth/grant.js';
import { entityTag, isKnown, wantedRevision } from '../../../lib/rest/entity.tag.js';
import { rememberAdapter, RouteCall } from '../../../lib/rest/route.call.js';

const TASK = { revision: '17', state: 'in_progress', steps: [{ state: 'pending' }] };
const TAG = entityTag(TASK);

const knowing = (tags: string): object => ({ headers: { 'if-none-match': tags } });
const wanting = (tag: string): object => ({ headers: { 'if-match': tag } });

describe('the tag of a task', () => {
  it('begins with its revision, and changes with its steps, which have revisions of their own', () => {
    const changed = { ...TASK, steps: [{ state: 'complete' }] };
    expect(TAG).toMatch(/^"17\.[\w-]{16}"$/);
    expect(entityTag({ ...TASK })).toBe(TAG);
    expect(entityTag(changed)).not.toBe(TAG);
  });

  it.each([
    ['itself', TAG],
    ['weak, as a proxy makes it that compresses', `W/${TAG}`],
    ['among others', `"1.abc", W/"2.def" ,${TAG}`],
    ['whatever it is', '*'],
  ])('is known as %s', (_, tags) => {
    expect(isKnown(knowing(tags), TAG)).toBe(true);
  });

  it.each([[knowing('"17.abc"')], [knowing('')], [{ headers: {} }], [{}]])('is not known to %j', (request) => {
    expect(isKnown(request, TAG)).toBe(false);
  });

  const now = () => Promise.resolve({ revision: '18' });

  it.each([
    [TAG, '17'],
    [` ${TAG} `, '17'],
    [`W/${TAG}`, '17'],
    [`${TAG},W/"18.x"`, '18'],
    [`"16.x", ${TAG}`, '16'], // neither is there any more
  ])('%s says which revision is to be changed', async (tags, revision) => {
    expect(await wantedRevision(wanting(tags), now)).toBe(revision);
  });

  it('says nothing where any revision is to be changed', async () => {
    for (const any of [wanting('*'), { headers: {} }, {}]) expect(await wantedRevision(any, now)).toBeUndefined();
  });

  it.each(['17', '"17"', `${TAG}, x`, `${TAG},`, ''])('is refused when it is none of ours: %j', async (none) => {
    await expect(wantedRevision(wanting(none), now)).rejects.toThrow('The header If-Match must be the ETag');
  });
});

const contextOf = (request: object): ExecutionContext =>
  ({
    getType: () => 'http',
    getArgs: () => [request, {}],
    getArgByIndex: () => request,
  }) as unknown as ExecutionContext;

describe('the answer with a task', () => {
  const answerTo = (method: string, tags: string): object => {
    const sent: Record<string, unknown> = {};
    const httpAdapter = {
      getRequestMethod: () => method,
      setHeader: (_: unknown, name: string, value: string) => (sent[name] = value),
      status: (_: unknown, status: number) => (sent.status = status),
    };
    const request = knowing(tags);
    rememberAdapter(request, httpAdapter as unknown as AbstractHttpAdapter);
    rememberGrant(contextOf(request), {} as Grant);
    const call = new RouteCall(contextOf(request));
    const body = call.revised(TASK);
    return { ...sent, body };
  };

  it.each(['GET', 'HEAD'])('is empty for %s where the caller has it already, and whole otherwise', (method) => {
    expect(answerTo(method, TAG)).toEqual({ ETag: TAG, status: 304, body: undefined });
    expect(answerTo(method, '"1.abc"')).toEqual({ ETag: TAG, body: TASK });
  });

  it('is whole after a change', () => {
    expect(answerTo('PATCH', '*')).toEqual({ ETag: TAG, body: TASK });
  });
});
