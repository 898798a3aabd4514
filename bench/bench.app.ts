import {
  Injectable,
  Module,
  type DynamicModule,
  type INestApplication,
  type INestApplicationContext,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  StepHandler,
  TaskerModule,
  type TaskerModuleOptions,
  type StepHandlerContract,
  type WorkerOptions,
} from 'nestjs-tasker';
import type { Workload } from './workloads.js';

type AuditOptions = NonNullable<TaskerModuleOptions['audit']>;

@Injectable()
@StepHandler('bench.noop')
export class NoopHandler implements StepHandlerContract {
  process(): object {
    return { ok: true, value: 42 };
  }
}

@Module({ providers: [NoopHandler] })
class BenchModule {
  static with(
    url: string,
    { definitions }: Workload,
    worker: WorkerOptions,
    { connections, audit = {} }: { readonly connections?: number; readonly audit?: AuditOptions } = {},
  ): DynamicModule {
    return {
      module: BenchModule,
      imports: [
        TypeOrmModule.forRoot({ type: 'postgres', url, ...(connections !== undefined && { poolSize: connections }) }),
        TaskerModule.forRoot({
          migrations: 'apply',
          templates: [...definitions],
          worker,
          audit,
          http: { enabled: connections !== undefined },
        }),
      ],
    };
  }
}

/** A host application with the engine and a handler that does nothing but return a small object. */
export function openApp(
  url: string,
  workload: Workload,
  worker: WorkerOptions,
  audit: AuditOptions = {},
): Promise<INestApplicationContext> {
  return NestFactory.createApplicationContext(BenchModule.with(url, workload, worker, { audit }), {
    logger: ['error', 'warn'],
  });
}

/** One that serves the API and runs no steps. */
export function openHttpApp(url: string, workload: Workload, connections: number): Promise<INestApplication> {
  const module = BenchModule.with(url, workload, { enabled: false }, { connections });
  return NestFactory.create(module, { logger: ['error', 'warn'] });
}
