import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import request from 'supertest';
import {
  PermanentError,
  RetryableError,
  TASKER_AUTHENTICATOR,
  TASKER_AUTHORIZATION_COORDINATOR,
  TaskerError,
  TaskerModule,
} from 'nestjs-tasker';
import { aTemplate } from '../../support/factories.js';
import { startHttpHost } from '../../support/http.host.js';
import { useLab } from '../../support/lab.js';
import { loadSecondCopy, type SecondCopy } from '../../support/second.copy.js';

const lab = useLab();
let copy: SecondCopy;
beforeAll(async () => {
  copy = await loadSecondCopy();
});
afterAll(() => copy.remove());

describe('a host of whose packages some load another copy of nestjs-tasker', () => {
  it('is guarded by an authenticator that was provided by the token of the other copy', async () => {
    const { tasker } = copy;
    expect(tasker.TASKER_AUTHENTICATOR).toBe(TASKER_AUTHENTICATOR);
    expect(tasker.TASKER_AUTHORIZATION_COORDINATOR).toBe(TASKER_AUTHORIZATION_COORDINATOR);
    const nobody = { provide: tasker.TASKER_AUTHENTICATOR, useValue: { authenticate: () => null } };
    const host = await startHttpHost({ providers: [nobody] });
    try {
      const { body } = await request(host.app.getHttpServer()).get('/tasker/tasks').expect(401);
      expect(body).toMatchObject({ code: 'TASKER_UNAUTHENTICATED' });
    } finally {
      await host.close();
    }
  });

  it('is guarded by a class that the other copy marked as its authenticator', async () => {
    @copy.tasker.TaskerAuthenticator()
    class Nobody {
      authenticate = (): null => null;
    }
    const host = await startHttpHost({ providers: [Nobody] });
    try {
      await request(host.app.getHttpServer()).get('/tasker/tasks').expect(401);
    } finally {
      await host.close();
    }
  });

  it('finds handlers, subscribers and templates that the other copy marked and made', async () => {
    const { defineTask, OnTaskerEvent, StepHandler, TaskerSubscriber, TaskHandler } = copy.tasker;
    const heard: string[] = [];
    const template = defineTask({ name: 'copied', namespace: 'tests' }).step('only', { handler: 'tests.copied' });
    @StepHandler('tests.copied')
    class Handler {
      process(): object {
        return { ran: true };
      }
    }
    @TaskHandler({ namespace: 'tests', name: 'copied' })
    class Tasks {
      readonly schema = { type: 'object', required: ['order'] };
    }
    @TaskerSubscriber()
    class Alerts {
      @OnTaskerEvent('task.completed')
      done(): void {
        heard.push('done');
      }
    }
    const { tasks, kit } = await lab.open({ templates: [template], providers: [Handler, Tasks, Alerts] });
    const start = { namespace: 'tests', name: 'copied' };
    await expect(tasks.start({ ...start, context: {} })).rejects.toMatchObject({ code: 'TASKER_INVALID_CONTEXT' });
    const { id } = await tasks.start({ ...start, context: { order: 1 } });
    expect((await kit.runToEnd(id)).steps).toMatchObject([{ results: { ran: true } }]);
    expect(heard).toEqual(['done']);
  });

  it('does not retry what fails with the PermanentError of the other copy', async () => {
    const template = aTemplate(undefined, { defaults: { retryLimit: 3 } });
    const failing = (): never => {
      throw new copy.tasker.PermanentError('declined', { code: 'DECLINED', context: { order: 7 } });
    };
    const { tasks, kit } = await lab.open({ templates: [template], handlers: { 'tests.step': failing } });
    const { id } = await tasks.start(template.request);
    const [step] = (await kit.runToEnd(id)).steps;
    expect(step).toMatchObject({
      attempts: 1,
      error: { code: 'DECLINED', permanent: true, context: { order: 7 }, class: 'PermanentError' },
    });
  });

  it('is warned at start, with the folders of both', async () => {
    const warnings: string[] = [];
    const silent = (): void => undefined;
    await lab.open({ logger: { log: silent, error: silent, warn: (text: string) => warnings.push(text) } });
    const [warning] = warnings.filter((each) => each.includes('copies of nestjs-tasker'));
    expect(warning).toContain('2 copies of nestjs-tasker are loaded: ');
    expect(warning).toContain(copy.folder);
  });

  it('does not start when modules of both are in one application', async () => {
    @Module({ imports: [copy.tasker.TaskerModule] })
    class Feature {}
    const start = Test.createTestingModule({ imports: [TaskerModule.forRoot(), Feature] }).compile();
    await expect(start).rejects.toMatchObject({ code: 'TASKER_MIXED_COPIES' });
    await expect(start).rejects.toThrow(copy.folder);
  });
});

describe('errors of another copy', () => {
  it('are instances of the classes of this one, but not of their subclasses', () => {
    class CardDeclined extends PermanentError {}
    const theirs = new copy.tasker.PermanentError('no');
    expect(theirs instanceof PermanentError).toBe(true);
    expect(theirs instanceof TaskerError).toBe(true);
    expect(theirs instanceof RetryableError).toBe(false);
    expect(theirs instanceof CardDeclined).toBe(false);
    expect(new CardDeclined('no') instanceof copy.tasker.PermanentError).toBe(true);
    expect(new Error('no') instanceof PermanentError).toBe(false);
    expect((null as unknown) instanceof PermanentError).toBe(false);
  });
});
