import { Module, type DynamicModule } from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import { AuthModule } from '../auth/auth.module.js';
import { DashboardAssets } from './dashboard.assets.js';
import { DashboardController } from './dashboard.controller.js';
import { LoginController } from './login.controller.js';

@Module({ imports: [AuthModule], controllers: [DashboardController, LoginController], providers: [DashboardAssets] })
export class DashboardModule {
  /** The dashboard at `<path>/dashboard`, next to the REST API that it uses. */
  static forPath(path: string): DynamicModule {
    return { module: DashboardModule, imports: [RouterModule.register([{ path, module: DashboardModule }])] };
  }
}
