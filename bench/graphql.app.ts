import { ApolloDriver } from '@nestjs/apollo';
import { Module, type DynamicModule, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MercuriusDriver } from '@nestjs/mercurius';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { TypeOrmModule } from '@nestjs/typeorm';
import { TaskerModule } from 'nestjs-tasker';
import { TaskerGraphqlModule } from 'nestjs-tasker/graphql';

export const DRIVERS = ['apollo', 'mercurius'] as const;
export type DriverName = (typeof DRIVERS)[number];

@Module({})
class GraphqlBenchModule {
  static with(url: string, driver: DriverName): DynamicModule {
    return {
      module: GraphqlBenchModule,
      imports: [
        TypeOrmModule.forRoot({ type: 'postgres', url }),
        TaskerModule.forRoot({ migrations: 'apply', worker: { enabled: false } }),
        TaskerGraphqlModule.forRoot({
          driver: driver === 'apollo' ? ApolloDriver : MercuriusDriver,
          introspection: true,
          graphiql: false,
        }),
      ],
    };
  }
}

/** A host with our API at its own path: Apollo on Express, Mercurius on Fastify. */
export function openGraphqlApp(url: string, driver: DriverName): Promise<INestApplication> {
  const adapter = driver === 'apollo' ? new ExpressAdapter() : new FastifyAdapter();
  return NestFactory.create(GraphqlBenchModule.with(url, driver), adapter, { logger: ['error', 'warn'] });
}
