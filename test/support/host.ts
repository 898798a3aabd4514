import type { INestApplicationContext, LoggerService, ModuleMetadata, Provider, Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import {
  StepHandler,
  TaskerModule,
  TaskService,
  type StepContext,
  type StepHandlerContract,
  type StepHandlerOptions,
  type TaskerModuleOptions,
} from 'nestjs-tasker';
import { TaskerTestKit } from 'nestjs-tasker/testing';
import { InsightModule } from '../../lib/insight/insight.module.js';

/** Connections that a host has at most, besides the one on which it listens. */
export const POOL_SIZE = 4;

/** The `process` method of a handler, as a plain function. */
export type StepFunction = (context: StepContext) => unknown;

export interface HandlerSettings extends StepHandlerOptions {
  readonly process: StepFunction;
}

export interface HostSettings extends TaskerModuleOptions {
  readonly url: string;
  /** Handlers by the name that templates refer to. @default {} */
  readonly handlers?: Readonly<Record<string, StepFunction | HandlerSettings>>;
  readonly providers?: readonly Provider[];
  readonly imports?: ModuleMetadata['imports'];
  /** By which its connections are known in `pg_stat_activity`. @default 'host' */
  readonly name?: string;
  readonly dataSource?: TypeOrmModuleOptions;
  /** Gets what the host logs. @default nobody */
  readonly logger?: LoggerService;
}

/** A host application with the engine; its worker is off unless asked for, and the kit steps it. */
export interface Host {
  readonly app: INestApplicationContext;
  readonly tasks: TaskService;
  readonly kit: TaskerTestKit;
  get<T>(type: Type<T>): T;
  close(): Promise<void>;
}

/** @throws what the host throws at boot; nothing of it is left then */
export async function openHost({
  url,
  handlers = {},
  providers = [],
  imports = [],
  name = 'host',
  dataSource,
  logger = SILENT,
  ...options
}: HostSettings): Promise<Host> {
  const app = await Test.createTestingModule({
    imports: [
      TypeOrmModule.forRoot({
        type: 'postgres',
        url,
        applicationName: name,
        poolSize: POOL_SIZE,
        retryAttempts: 0,
        ...dataSource,
      } as TypeOrmModuleOptions),
      TaskerModule.forRoot({ telemetry: { log: false }, ...options, worker: { enabled: false, ...options.worker } }),
      InsightModule,
      ...imports,
    ],
    providers: [
      ...Object.entries(handlers).map(([handler, settings]) => handlerClass(handler, settings)),
      ...providers,
    ],
  })
    .setLogger(logger)
    .compile();
  try {
    await app.init();
  } catch (error) {
    await app.close();
    throw error;
  }
  return {
    app,
    tasks: app.get(TaskService),
    kit: TaskerTestKit.of(app),
    get: (type) => app.get(type, { strict: false }),
    close: () => app.close(),
  };
}

/** A provider class as a host would write it. */
export function handlerClass(name: string, settings: StepFunction | HandlerSettings): Type<StepHandlerContract> {
  const { process, ...options } = typeof settings === 'function' ? { process: settings } : settings;
  class FunctionHandler implements StepHandlerContract {
    process(context: StepContext): unknown {
      return process(context);
    }
  }
  StepHandler(name, options)(FunctionHandler);
  return FunctionHandler;
}

const SILENT: LoggerService = { log: () => undefined, warn: () => undefined, error: () => undefined };
