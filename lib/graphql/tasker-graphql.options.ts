import type { Type } from '@nestjs/common';
import type { GqlModuleOptions, GraphQLDriver } from '@nestjs/graphql';
import { NoSchemaIntrospectionCustomRule, type ValidationRule } from 'graphql';
import { limitRules } from './limits/limit.rules.js';
import { completeLimits, type QueryLimits } from './limits/query.limits.js';
import { apolloPlugin } from './http/apollo.plugin.js';
import { jsonOnly } from './http/json.only.js';
import { preParsing, shorteningFormatter, type ErrorFormatter } from './http/mercurius.hooks.js';
import type { OwnPath } from './own.path.js';
import { completeSocketOptions, type SocketOptions, type SocketSettings } from './subscriptions/socket.settings.js';

/** The options of a separate GraphQL API. */
export interface TaskerGraphqlOptions extends QueryLimits, SocketOptions {
  /** `ApolloDriver`, `MercuriusDriver` or another driver for `@nestjs/graphql`. */
  readonly driver: Type<GraphQLDriver>;
  /** The path of the API. @default '/tasker/graphql' */
  readonly path?: string;
  /** Whether the path comes after the global prefix of the host, like that of REST. @default true */
  readonly useGlobalPrefix?: boolean;
  /** Whether the API answers introspection queries. @default true, unless `NODE_ENV` is production */
  readonly introspection?: boolean;
  /** Whether there is a page to try queries, which needs introspection. @default the value of `introspection` */
  readonly graphiql?: boolean;
  /** Further validation rules of the host. @default [] */
  readonly validationRules?: readonly ValidationRule[];
}

/** Further options of the GraphQL driver, without those that the module sets. */
export type DriverOptions<Config extends GqlModuleOptions> = Partial<
  Omit<
    Config,
    | keyof TaskerGraphqlOptions
    | ('include' | 'autoSchemaFile' | 'typeDefs' | 'typePaths')
    | ('subscription' | 'installSubscriptionHandlers')
  >
>;

/** Options of the driver to which the package adds its own. */
interface Given {
  readonly plugins?: readonly unknown[];
  readonly hooks?: Readonly<Record<string, unknown>>;
  readonly graphql?: { readonly parseOptions?: object };
  readonly parseOptions?: object;
  readonly errorFormatter?: ErrorFormatter;
}

/** The options of `GraphQLModule.forRoot()` for the resolvers of one module, and those of the sockets. */
export interface ApiOptions {
  readonly driver: GqlModuleOptions;
  readonly place: OwnPath;
  /** Null if there are no sockets. */
  readonly sockets: SocketSettings | null;
}

/**
 * Returns options for all drivers. Each driver ignores those of the others.
 * @throws InvalidOptionsError
 */
export function apiOptionsOf(options: TaskerGraphqlOptions, module: Type): ApiOptions {
  const {
    path = '/tasker/graphql',
    useGlobalPrefix = true,
    introspection = process.env.NODE_ENV !== 'production',
    graphiql = introspection,
    validationRules = [],
    ...given
  } = options;
  const limits = completeLimits(options);
  const rules = [
    ...limitRules(limits),
    // Not every driver has an option for introspection.
    ...(introspection ? [] : [NoSchemaIntrospectionCustomRule]),
    ...validationRules,
  ];
  const sockets = completeSocketOptions(options);
  const driver = {
    additionalRouteOptions: jsonOnly,
    ...given,
    ...ofApollo(given as Given, limits),
    ...ofMercurius(given as Given, limits),
    ...{ path, useGlobalPrefix, introspection, graphiql, validationRules: rules },
    autoSchemaFile: true,
    include: [module],
  };
  const { maxTokens } = limits;
  return {
    driver,
    place: { path, useGlobalPrefix },
    sockets: sockets.subscriptions ? { ...sockets, path, useGlobalPrefix, rules, maxTokens } : null,
  };
}

function ofApollo({ plugins = [], parseOptions }: Given, { maxTokens }: Required<QueryLimits>): object {
  return {
    plugins: [...plugins, apolloPlugin],
    parseOptions: { ...parseOptions, maxTokens },
    subscriptions: false,
  };
}

function ofMercurius({ hooks, graphql, errorFormatter }: Given, limits: Required<QueryLimits>): object {
  const { maxTokens } = limits;
  return {
    hooks: {
      ...hooks,
      preParsing: [preParsing(limits), hooks?.preParsing].flat().filter((hook) => hook !== undefined),
    },
    graphql: { ...graphql, parseOptions: { ...graphql?.parseOptions, maxTokens } },
    errorFormatter: shorteningFormatter(errorFormatter),
    subscription: false,
  };
}
