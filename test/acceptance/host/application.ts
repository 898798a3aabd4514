import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { Module, type DynamicModule, type INestApplication, type LoggerService } from '@nestjs/common';
import { NestFactory, type AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import { TaskerModule, TaskService, type TaskerModuleOptions } from 'nestjs-tasker';
import type { DataSource } from 'typeorm';
import type { Workflows } from './scenario.js';

/** What is particular about a host; it comes as JSON. */
export interface HostSetting {
  readonly platform: 'Express' | 'Fastify';
  readonly url: string;
  readonly dataSource: Readonly<Record<string, unknown>>;
}

export interface Answer {
  readonly status: number;
  readonly body: any; // JSON, which a difference of two cells would show
}

export interface Host {
  readonly tasks: TaskService;
  readonly dataSource: DataSource;
  /** Of the REST API. */
  readonly url: string;
  /** Messages that were logged as errors so far. */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  ask(path: string, init?: { readonly method: string; readonly body?: unknown }): Promise<Answer>;
  close(): Promise<void>;
}

export async function openHost(
  setting: HostSetting,
  workflows: readonly Workflows[],
  tasker: TaskerModuleOptions = {},
): Promise<Host> {
  const [errors, warnings]: [string[], string[]] = [[], []];
  const options = { logger: noting(errors, warnings), abortOnError: false, forceCloseConnections: true };
  const app: INestApplication = await NestFactory.create(
    moduleOf(setting, workflows, tasker),
    adapterOf(setting),
    options,
  );
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/tasker`;
  return {
    tasks: app.get(TaskService),
    dataSource: app.get<DataSource>(getDataSourceToken()),
    url,
    errors,
    warnings,
    ask: async (path, { method, body } = { method: 'GET' }) => {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${url}${path}`, {
        method,
        ...(body !== undefined && { headers, body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text === '' ? null : JSON.parse(text) };
    },
    close: () => app.close(),
  };
}

@Module({})
class HostModule {}

function moduleOf(
  { url, dataSource }: HostSetting,
  workflows: readonly Workflows[],
  tasker: TaskerModuleOptions,
): DynamicModule {
  return {
    module: HostModule,
    imports: [
      TypeOrmModule.forRoot({
        type: 'postgres',
        url,
        autoLoadEntities: true,
        retryAttempts: 0,
        ...dataSource,
      }),
      TaskerModule.forRoot({
        templates: workflows.flatMap(({ templates }) => templates),
        worker: { concurrency: 20, pollIntervalMs: 200, shutdownTimeoutMs: 1_000 },
        webhooks: { allowPrivateTargets: true, pollIntervalMs: 100 },
        telemetry: { log: false },
        ...tasker,
      }),
    ],
    providers: workflows.flatMap(({ handlers }) => handlers),
  };
}

/** The types of the two versions of Nest differ in what an adapter is. */
function adapterOf({ platform }: HostSetting): AbstractHttpAdapter {
  return platform === 'Fastify' ? new FastifyAdapter({ forceCloseConnections: true }) : new ExpressAdapter();
}

function noting(errors: string[], warnings: string[]): LoggerService {
  const noteIn =
    (list: string[]) =>
    (message: unknown, ...rest: unknown[]): void => {
      list.push([message, ...rest].map((each) => (each instanceof Error ? each.message : String(each))).join(' | '));
    };
  return { log: () => undefined, warn: noteIn(warnings), error: noteIn(errors), fatal: noteIn(errors) };
}
