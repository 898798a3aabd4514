import { Module, type DynamicModule } from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import { DashboardAssets } from './dashboard.assets.js';
import { DashboardController } from './dashboard.controller.js';

@Module({ controllers: [DashboardController], providers: [DashboardAssets] })
export class DashboardModule {
  /** The dashboard at `<path>/dashboard`, next to the REST API that it uses. */
  static forPath(path: string): DynamicModule {
    return { module: DashboardModule, imports: [RouterModule.register([{ path, module: DashboardModule }])] };
  }
}
