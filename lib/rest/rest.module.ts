import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, RouterModule } from '@nestjs/core';
import { AuthModule } from '../auth/auth.module.js';
import { EngineModule } from '../engine/engine.module.js';
import { InsightModule } from '../insight/insight.module.js';
import { HealthController } from './health.controller.js';
import { MOUNT_PATH, MountPathFilter } from './mount-path.filter.js';
import { ProblemFilter } from './problem.filter.js';
import { TasksController } from './tasks.controller.js';
import { WorkerReadiness } from './worker.readiness.js';

@Module({ imports: [AuthModule, EngineModule, InsightModule] })
export class RestModule {
  /** The REST API below a path, which comes after the host's global prefix. Nest must know it when modules are defined. */
  static forPath(path: string): DynamicModule {
    return {
      module: RestModule,
      imports: [RouterModule.register([{ path, module: RestModule }])],
      controllers: [TasksController, HealthController],
      providers: [
        { provide: MOUNT_PATH, useValue: path },
        { provide: APP_FILTER, useClass: MountPathFilter },
        ProblemFilter,
        WorkerReadiness,
      ],
    };
  }
}
