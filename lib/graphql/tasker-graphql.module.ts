import { Module, type DynamicModule } from '@nestjs/common';
import { GraphQLModule, type GqlModuleOptions } from '@nestjs/graphql';
import { AuthModule } from '../auth/auth.module.js';
import { EngineModule } from '../engine/engine.module.js';
import { InsightModule } from '../insight/insight.module.js';
import { LiveModule } from '../live/live.module.js';
import { DEFAULT_LIMITS, QUERY_LIMITS, type QueryLimits } from './limits/query.limits.js';
import { StepBudget } from './limits/step.budget.js';
import { ActionRunner } from './mutations/action.runner.js';
import { MutationRunner } from './mutations/mutation.runner.js';
import { NestedAccess } from './reading/nested.access.js';
import { TaskLoaders } from './reading/task.loaders.js';
import { RESOLVERS } from './resolvers.js';
import { SocketFeed } from './subscriptions/socket.feed.js';
import { driverOptionsOf, type DriverOptions, type TaskerGraphqlOptions } from './tasker-graphql.options.js';

/**
 * Tasks over GraphQL, beside `TaskerModule.forRoot()`: in the host's own API, which must be code-first (`autoSchemaFile`), where
 * the module is imported as it stands beside the host's `GraphQLModule.forRoot()`; or, by `forRoot()`, at a path of its own.
 */
@Module({
  imports: [AuthModule, EngineModule, InsightModule, LiveModule],
  providers: [
    ...RESOLVERS,
    ActionRunner,
    MutationRunner,
    NestedAccess,
    SocketFeed,
    StepBudget,
    TaskLoaders,
    { provide: QUERY_LIMITS, useValue: DEFAULT_LIMITS },
  ],
})
export class TaskerGraphqlModule {
  /**
   * An API of our own. What else the driver takes may be given, too.
   *
   * @example
   * ```ts
   * TaskerGraphqlModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, path: '/workflows/graphql' });
   * ```
   */
  static forRoot<Config extends GqlModuleOptions = GqlModuleOptions>(
    options: TaskerGraphqlOptions & DriverOptions<Config>,
  ): DynamicModule {
    return {
      ...TaskerGraphqlModule.withLimits(options),
      imports: [GraphQLModule.forRoot(driverOptionsOf(options, TaskerGraphqlModule))],
    };
  }

  /** A part of the host's own API, with other limits than the default ones. */
  static withLimits({ maxDepth, maxCost }: QueryLimits): DynamicModule {
    const limits: Required<QueryLimits> = {
      maxDepth: maxDepth ?? DEFAULT_LIMITS.maxDepth,
      maxCost: maxCost ?? DEFAULT_LIMITS.maxCost,
    };
    return { module: TaskerGraphqlModule, providers: [{ provide: QUERY_LIMITS, useValue: limits }] };
  }
}
