import { Module, type NestModule } from '@nestjs/common';
import { ApplicationConfig, DiscoveryModule } from '@nestjs/core';
import { PersistenceModule } from '../persistence/persistence.module.js';
import { AccessDecision } from './access.decision.js';
import { AuthProviderExplorer } from './auth-provider.explorer.js';
import { answerRestorer } from './own.answer.js';
import { PermissionCheck } from './permission.check.js';

/** A module whose controllers or resolvers use `TaskerGuard` imports this one. */
@Module({
  imports: [DiscoveryModule, PersistenceModule],
  providers: [AccessDecision, AuthProviderExplorer, PermissionCheck],
  exports: [AccessDecision],
})
export class AuthModule implements NestModule {
  constructor(private readonly config: ApplicationConfig) {}

  /**
   * For middleware, of which there is none; but it is called when all global interceptors are known, and before routes are made.
   * A host without any keeps its routes without.
   */
  configure(): void {
    const interceptors = this.config.getGlobalInterceptors();
    const isAlone = interceptors.length + this.config.getGlobalRequestInterceptors().length === 0;
    if (!isAlone) interceptors.unshift(answerRestorer);
  }
}
