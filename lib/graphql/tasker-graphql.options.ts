import type { Type } from '@nestjs/common';
import type { GqlModuleOptions, GraphQLDriver } from '@nestjs/graphql';
import { NoSchemaIntrospectionCustomRule, type ValidationRule } from 'graphql';
import { limitRules } from './limits/limit.rules.js';
import type { QueryLimits } from './limits/query.limits.js';
import { jsonOnly } from './json.only.js';
import { subscriptionTransport, type AskedTransport } from './subscriptions/subscription.transport.js';

/** A GraphQL API of our own, at a path of its own. */
export interface TaskerGraphqlOptions extends QueryLimits {
  /** `ApolloDriver`, `MercuriusDriver` or another one for `@nestjs/graphql`. */
  readonly driver: Type<GraphQLDriver>;
  /** @default '/tasker/graphql' */
  readonly path?: string;
  /** Whether the path comes after the global prefix of the host, as that of REST does. @default true */
  readonly useGlobalPrefix?: boolean;
  /** Whether the API answers what it consists of. @default unless `NODE_ENV` is production */
  readonly introspection?: boolean;
  /** Whether there is a page to try queries; it needs introspection. @default as introspection */
  readonly graphiql?: boolean;
  /** Origins besides our own whose pages may open WebSockets, such as `https://shop.example`. @default [] */
  readonly allowedOrigins?: readonly string[];
  /** Rules of the host's own besides ours. @default [] */
  readonly validationRules?: readonly ValidationRule[];
}

/** What the driver takes besides; what is ours to say is left out. */
export type DriverOptions<Config extends GqlModuleOptions> = Partial<
  Omit<Config, keyof TaskerGraphqlOptions | 'include' | 'autoSchemaFile' | 'typeDefs' | 'typePaths'>
>;

/** The options of `GraphQLModule.forRoot()`, which every driver understands, for the resolvers of one module. */
export function driverOptionsOf(options: TaskerGraphqlOptions, module: Type): GqlModuleOptions {
  const {
    introspection = process.env.NODE_ENV !== 'production',
    graphiql = introspection,
    validationRules = [],
    allowedOrigins = [],
    maxDepth,
    maxCost,
    ...driver
  } = options;
  const limits = { ...(maxDepth !== undefined && { maxDepth }), ...(maxCost !== undefined && { maxCost }) };
  const rules = [
    ...limitRules(limits),
    // Not every driver has an option for it.
    ...(introspection ? [] : [NoSchemaIntrospectionCustomRule]),
    ...validationRules,
  ];
  const transport = subscriptionTransport(rules, allowedOrigins, driver as AskedTransport);
  const known = {
    path: '/tasker/graphql',
    useGlobalPrefix: true,
    additionalRouteOptions: jsonOnly,
    ...driver,
    ...transport,
  };
  return { ...known, introspection, autoSchemaFile: true, include: [module], ...{ graphiql, validationRules: rules } };
}
