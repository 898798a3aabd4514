import type { Server } from 'node:http';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { GraphQLModule } from '@nestjs/graphql';
import { MercuriusDriver } from '@nestjs/mercurius';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { TaskService } from 'nestjs-tasker';
import { TaskerGraphqlModule } from 'nestjs-tasker/graphql';
import { startHttpHost, type HttpHost, type HttpHostSettings } from './http.host.js';
import { graphqlClient, type GraphqlClient } from './graphql.js';

export interface GraphqlHost extends HttpHost, GraphqlClient {
  readonly http: Server;
  /** Starts a delivery of this order, which is never paid if it is 13, and at the second attempt if it is 12. */
  deliver(order: number, more?: object): Promise<string>;
}

/** Nest would ask each host for all of its schema, to see that it is one. It is the same in all, and Apollo checks it, too. */
const buildSchemaOptions = { skipCheck: true } as const;

/** A host whose own API, on Apollo and Express, has our part. */
export function startGraphqlHost(settings: HttpHostSettings = {}): Promise<GraphqlHost> {
  const ofTheHost = GraphQLModule.forRoot<ApolloDriverConfig>({
    driver: ApolloDriver,
    autoSchemaFile: true,
    buildSchemaOptions,
  });
  return start({ ...settings, imports: settings.imports ?? [ofTheHost, TaskerGraphqlModule] }, '/graphql');
}

/** A host where our API has a path of its own, on Apollo and Express, or on Mercurius and Fastify. */
export async function startOwnGraphqlHost(
  driver: 'apollo' | 'mercurius',
  options: object = {},
  { trustProxy = false, ...settings }: HttpHostSettings & { readonly trustProxy?: boolean } = {},
): Promise<GraphqlHost> {
  const Driver = driver === 'apollo' ? ApolloDriver : MercuriusDriver;
  const imports = [
    TaskerGraphqlModule.forRoot({ driver: Driver, buildSchemaOptions, ...options }),
    ...(settings.imports ?? []),
  ];
  const adapter = driver === 'apollo' ? new ExpressAdapter() : new FastifyAdapter({ trustProxy });
  if (adapter instanceof ExpressAdapter) adapter.set('trust proxy', trustProxy);
  const host = await start({ ...settings, imports, adapter }, '/tasker/graphql');
  if (adapter instanceof FastifyAdapter) await adapter.getInstance().ready();
  return host;
}

async function start(settings: HttpHostSettings, path: string): Promise<GraphqlHost> {
  const host = await startHttpHost(settings);
  const http = host.app.getHttpServer();
  const tasks = host.app.get(TaskService);
  return {
    ...host,
    ...graphqlClient(http, path),
    http,
    deliver: async (order, more = {}) => {
      const request = { namespace: 'warehouse', name: 'delivery', version: '1.2.0', context: { order_id: order } };
      return (await tasks.start({ ...request, ...more })).id;
    },
  };
}
