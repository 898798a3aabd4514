import { describe, expect, it } from '@jest/globals';
import { Injectable, Scope, type Provider } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  defineTask,
  OnTaskerEvent,
  StepHandler,
  TaskerSubscriber,
  TASKER_AUTHENTICATOR,
  TaskerModule,
  TaskHandler,
  TaskService,
  type StepContext,
} from 'nestjs-tasker';
import { TaskerTestKit } from 'nestjs-tasker/testing';
import type { TestingModuleBuilder } from '@nestjs/testing';
import { useLab } from '../../support/lab.js';

const lab = useLab();

const template = defineTask({ name: 'charge', namespace: 'tests' }).step('only', { handler: 'tests.charge' });
const heard: string[] = [];

@StepHandler('tests.charge')
class Charge {
  process(_: StepContext): unknown {
    return { by: 'the bank' };
  }
}

@TaskHandler({ namespace: 'tests', name: 'charge' })
class Charges {
  readonly schema: object = { type: 'object', required: ['order'] };
}

@TaskerSubscriber()
class Alerts {
  @OnTaskerEvent('task.completed')
  done(): void {
    heard.push('the pager');
  }

  @OnTaskerEvent('task.start_requested')
  begun(): void {
    heard.push('begun');
  }
}

const stub = { process: () => ({ by: 'a stub' }) };
class OtherCharge {
  process(): unknown {
    return stub.process();
  }
}
class DerivedCharge extends Charge {
  override process(): unknown {
    return stub.process();
  }
}

/** What the task and the subscriber did. */
async function run(
  providers: readonly Provider[],
  override: (builder: TestingModuleBuilder) => TestingModuleBuilder = (builder) => builder,
): Promise<{ readonly results: unknown; readonly heard: readonly string[] }> {
  heard.length = 0;
  const builder = Test.createTestingModule({
    imports: [
      TypeOrmModule.forRoot({ type: 'postgres', url: lab.url, retryAttempts: 0 }),
      TaskerModule.forRoot({ templates: [template], worker: { enabled: false }, telemetry: { log: false } }),
    ],
    providers: [...providers],
  });
  const app = await override(builder).compile();
  try {
    await app.init();
    const { id } = await app.get(TaskService).start({ namespace: 'tests', name: 'charge', context: { order: 1 } });
    const [step] = (await TaskerTestKit.of(app).runToEnd(id)).steps;
    return { results: step!.results, heard: [...heard] };
  } finally {
    await app.close();
  }
}

describe('a handler that a test overrides', () => {
  it.each<[string, (builder: TestingModuleBuilder) => TestingModuleBuilder]>([
    ['by a value', (builder) => builder.overrideProvider(Charge).useValue(stub)],
    ['by another class', (builder) => builder.overrideProvider(Charge).useClass(OtherCharge)],
    ['by a class that extends it', (builder) => builder.overrideProvider(Charge).useClass(DerivedCharge)],
    ['by a factory', (builder) => builder.overrideProvider(Charge).useFactory({ factory: () => stub })],
  ])('runs %s', async (_, override) => {
    expect(await run([Charge], override)).toMatchObject({ results: { by: 'a stub' } });
  });
});

describe('a handler that a host provides by hand', () => {
  it.each<[string, readonly Provider[]]>([
    ['with a value', [{ provide: Charge, useValue: stub }]],
    ['with another class', [{ provide: Charge, useClass: OtherCharge }]],
    ['with a factory', [{ provide: Charge, useFactory: () => Promise.resolve(stub) }]],
    ['as an alias', [OtherCharge, { provide: Charge, useExisting: OtherCharge }]],
  ])('runs %s', async (_, providers) => {
    expect(await run(providers)).toMatchObject({ results: { by: 'a stub' } });
  });

  it.each<[string, readonly Provider[]]>([
    ['another token', [{ provide: 'CHARGE', useClass: Charge }]],
    ['another token and a factory', [{ provide: 'CHARGE', useFactory: () => new Charge() }]],
    ['two tokens for one instance', [Charge, { provide: 'CHARGE', useExisting: Charge }]],
  ])('is found under %s', async (_, providers) => {
    expect(await run(providers)).toMatchObject({ results: { by: 'the bank' } });
  });

  it('is not found twice because another class extends it', async () => {
    expect(await run([Charge, DerivedCharge])).toMatchObject({ results: { by: 'the bank' } });
  });

  it('is refused with its name when it has no process', async () => {
    const start = run([{ provide: Charge, useValue: {} }]);
    await expect(start).rejects.toThrow('Charge has no method process(context)');
  });

  it('is refused when it is transient: nobody would make an instance of it', async () => {
    @Injectable({ scope: Scope.TRANSIENT })
    @StepHandler('tests.charge')
    class Transient extends Charge {}
    await expect(run([Transient])).rejects.toThrow('Transient is transient');
  });
});

describe('a task handler that a test overrides', () => {
  it('is asked instead', async () => {
    const start = run([Charge, Charges], (builder) =>
      builder.overrideProvider(Charges).useValue({ schema: { type: 'object', required: ['invoice'] } }),
    );
    await expect(start).rejects.toMatchObject({ code: 'TASKER_INVALID_CONTEXT' });
  });
});

describe('a subscriber that a test overrides', () => {
  it('hears what it has methods for', async () => {
    const result = await run([Charge, Alerts], (builder) =>
      builder.overrideProvider(Alerts).useValue({ done: () => heard.push('a stub') }),
    );
    expect(result.heard).toEqual(['a stub']);
  });

  it('hears as an alias, and once under two tokens', async () => {
    class Quiet {
      done(): void {
        heard.push('quiet');
      }
    }
    const alias = [Charge, Quiet, { provide: Alerts, useExisting: Quiet }];
    expect((await run(alias)).heard).toEqual(['quiet']);
    const twice = [Charge, Alerts, { provide: 'ALERTS', useExisting: Alerts }];
    expect((await run(twice)).heard).toEqual(['begun', 'the pager']);
  });
});

describe('an authenticator that a test overrides', () => {
  it.each<[string, (builder: TestingModuleBuilder) => TestingModuleBuilder]>([
    ['by a value', (builder) => builder.overrideProvider(TASKER_AUTHENTICATOR).useValue({ authenticate: () => null })],
    [
      'by a factory',
      (builder) =>
        builder.overrideProvider(TASKER_AUTHENTICATOR).useFactory({ factory: () => ({ authenticate: () => null }) }),
    ],
  ])('is accepted %s', async (_, override) => {
    class Directory {
      authenticate(): null {
        return null;
      }
    }
    const providers = [Charge, Directory, { provide: TASKER_AUTHENTICATOR, useExisting: Directory }];
    expect(await run(providers, override)).toMatchObject({ results: { by: 'the bank' } });
  });
});
