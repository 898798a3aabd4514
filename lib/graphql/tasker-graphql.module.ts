import { Inject, Module, Optional, type DynamicModule, type NestModule } from '@nestjs/common';
import { ApplicationConfig, HttpAdapterHost } from '@nestjs/core';
import { GraphQLModule, type GqlModuleOptions } from '@nestjs/graphql';
import { CallerFeed } from '../api/caller.feed.js';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { EngineModule } from '../engine/engine.module.js';
import { EventsModule } from '../events/events.module.js';
import { InsightModule } from '../insight/insight.module.js';
import { LiveModule } from '../live/live.module.js';
import { nameAnswers } from './http/answer.names.js';
import { completeLimits, DEFAULT_LIMITS, QUERY_LIMITS, type QueryLimits } from './limits/query.limits.js';
import { StepBudget } from './limits/step.budget.js';
import { ActionRunner } from './mutations/action.runner.js';
import { MutationRunner } from './mutations/mutation.runner.js';
import { NestedAccess } from './reading/nested.access.js';
import { NestedReader } from './reading/nested.reader.js';
import { OWN_PATH, wholePath, type OwnPath } from './own.path.js';
import { TaskLoaders } from './reading/task.loaders.js';
import { RESOLVERS } from './resolvers.js';
import { SocketFeed } from './subscriptions/socket.feed.js';
import { SocketProtocol } from './subscriptions/socket.protocol.js';
import { SocketServer } from './subscriptions/socket.server.js';
import { SOCKET_SETTINGS } from './subscriptions/socket.settings.js';
import { apiOptionsOf, type DriverOptions, type TaskerGraphqlOptions } from './tasker-graphql.options.js';

/** The part of the sockets that the module needs. Their types come from packages that a host may not have installed. */
interface RoutePreparer {
  prepare(): void;
}

/**
 * Serves tasks over GraphQL, in a separate API or as a part of the host's API. Import the class next to the host's
 * `GraphQLModule.forRoot()`, which must be code-first (`autoSchemaFile`), or call `forRoot()` for a separate API.
 */
@Module({
  imports: [AuditModule, AuthModule, EngineModule, EventsModule, InsightModule, LiveModule],
  providers: [
    ...RESOLVERS,
    ActionRunner,
    CallerFeed,
    MutationRunner,
    NestedAccess,
    NestedReader,
    SocketFeed,
    StepBudget,
    TaskLoaders,
    { provide: QUERY_LIMITS, useValue: DEFAULT_LIMITS },
  ],
})
export class TaskerGraphqlModule implements NestModule {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly config: ApplicationConfig,
    @Optional() @Inject(OWN_PATH) private readonly place?: OwnPath,
    @Optional() @Inject(SocketServer) private readonly sockets?: RoutePreparer,
  ) {}

  /**
   * Makes a separate API. Accepts further options of the driver.
   *
   * @example
   * ```ts
   * TaskerGraphqlModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, path: '/workflows/graphql' });
   * ```
   * @throws InvalidOptionsError
   */
  static forRoot<Config extends GqlModuleOptions = GqlModuleOptions>(
    options: TaskerGraphqlOptions & DriverOptions<Config>,
  ): DynamicModule {
    const { driver, place, sockets } = apiOptionsOf(options, TaskerGraphqlModule);
    const { providers = [], ...module } = TaskerGraphqlModule.withLimits(options);
    const ofSockets = sockets ? [SocketServer, SocketProtocol, { provide: SOCKET_SETTINGS, useValue: sockets }] : [];
    return {
      ...module,
      providers: [...providers, { provide: OWN_PATH, useValue: place }, ...ofSockets],
      imports: [GraphQLModule.forRoot(driver)],
    };
  }

  /**
   * Makes a part of the host's API, with other limits than the defaults.
   * @throws InvalidOptionsError
   */
  static withLimits(limits: QueryLimits): DynamicModule {
    return { module: TaskerGraphqlModule, providers: [{ provide: QUERY_LIMITS, useValue: completeLimits(limits) }] };
  }

  /** Nest's hook for middleware. Used because Nest calls it before it makes routes. */
  configure(): void {
    nameAnswers(this.host.httpAdapter, this.place ? wholePath(this.place, this.config) : null);
    this.sockets?.prepare();
  }
}
