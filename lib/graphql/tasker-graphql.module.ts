import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { EngineModule } from '../engine/engine.module.js';
import { InsightModule } from '../insight/insight.module.js';
import { TaskResolver } from './task.resolver.js';

/**
 * Adds tasks to the host's own GraphQL API, which must be code-first (`autoSchemaFile`). Import it beside
 * `TaskerModule.forRoot()` and `GraphQLModule.forRoot()`.
 */
@Module({ imports: [AuthModule, EngineModule, InsightModule], providers: [TaskResolver] })
export class TaskerGraphqlModule {}
