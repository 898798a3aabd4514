import { fileURLToPath } from 'node:url';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { TaskerModule, type TaskerModuleOptions, type WorkerOptions } from 'nestjs-tasker';
import { TaskerGraphqlModule } from 'nestjs-tasker/graphql';
import { EcommerceModule } from './ecommerce/ecommerce.module.js';
import { CreateShopTables1767225600000 } from './shop-tables.migration.js';

const TEMPLATES = fileURLToPath(new URL('./config/tasker/tasks', import.meta.url));

export interface ShopOptions {
  readonly databaseUrl: string;
  /** Which overlay of the templates applies. @default 'development' */
  readonly environment?: string;
  readonly worker?: WorkerOptions;
  /** How much the shop takes on at a time. @default as much as comes */
  readonly limits?: Pick<TaskerModuleOptions, 'backPressure' | 'database' | 'live' | 'rateLimits'>;
}

/** A shop that runs its checkout with nestjs-tasker, beside tables of its own in the same database. */
@Module({})
export class AppModule {
  static forShop({ databaseUrl, environment = 'development', worker = {}, limits = {} }: ShopOptions): DynamicModule {
    return {
      module: AppModule,
      imports: [
        TypeOrmModule.forRoot({
          type: 'postgres',
          url: databaseUrl,
          autoLoadEntities: true,
          migrations: [CreateShopTables1767225600000],
          migrationsRun: true,
          retryAttempts: 0,
        }),
        TaskerModule.forRoot({
          migrations: 'apply',
          templates: { sources: [TEMPLATES], environment },
          worker,
          ...limits,
        }),
        TaskerGraphqlModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, introspection: true }),
        EcommerceModule,
      ],
    };
  }
}
