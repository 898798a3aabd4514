import { describe, expect, it } from '@jest/globals';
import { Inject, Module, type ModuleMetadata } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { TaskerModule, TaskService } from '../../../lib/index.js';
import { TASKER_OPTIONS } from '../../../lib/options/options.module.js';
import type { ResolvedOptions } from '../../../lib/options/resolve.options.js';

const compile = (...imports: NonNullable<ModuleMetadata['imports']>) => Test.createTestingModule({ imports }).compile();

@Module({ imports: [TaskerModule] })
class Feature {
  constructor(
    readonly tasks: TaskService,
    @Inject(TASKER_OPTIONS) readonly options: ResolvedOptions,
  ) {}
}

describe('TaskerModule in the imports of a feature', () => {
  it('gives it the services of the one that has the options', async () => {
    const app = await compile(Feature, TaskerModule.forRoot({ database: { schema: 'orders' } }));
    const { tasks, options } = app.get(Feature);
    expect(options.database.schema).toBe('orders');
    expect(tasks).toBe(app.get(TaskService, { strict: false }));
  });

  it('is refused in a sentence when no module has called forRoot', async () => {
    await expect(compile(Feature)).rejects.toMatchObject({ code: 'TASKER_MISSING_FOR_ROOT' });
    await expect(compile(TaskerModule)).rejects.toThrow(/^TaskerModule is imported without options\./);
  });
});

describe('a second forRoot in one application', () => {
  it.each([
    ['with other options', () => TaskerModule.forRoot({ templates: ['orders'] })],
    ['with the same options', () => TaskerModule.forRoot()],
    ['with options from a factory', () => TaskerModule.forRootAsync({ useFactory: () => ({}) })],
  ])('is refused %s', async (_, second) => {
    @Module({ imports: [second()] })
    class Other {}
    await expect(compile(TaskerModule.forRoot(), Other)).rejects.toMatchObject({ code: 'TASKER_REPEATED_FOR_ROOT' });
  });

  it('is none when one module that was made once is imported twice', async () => {
    const tasker = TaskerModule.forRoot();
    @Module({ imports: [tasker] })
    class Other {}
    const app = await compile(tasker, Other);
    expect(app.get<ResolvedOptions>(TASKER_OPTIONS, { strict: false }).database.schema).toBe('tasker');
  });
});

describe('options from a factory', () => {
  it('fail the start with the error of the factory', async () => {
    const failing = TaskerModule.forRootAsync({ useFactory: () => Promise.reject(new Error('no such secret')) });
    await expect(compile(failing, Feature)).rejects.toThrow('no such secret');
  });
});
