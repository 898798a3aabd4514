import { Module, type NestModule } from '@nestjs/common';
import { ApplicationConfig, DiscoveryModule } from '@nestjs/core';
import { PersistenceModule } from '../persistence/persistence.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { RateLimitsModule } from '../rate-limits/rate-limits.module.js';
import { AccessDecision } from './access.decision.js';
import { AuthProviderExplorer } from './auth-provider.explorer.js';
import { OpenRouteGuard } from './open-route.guard.js';
import { answerRestorer } from './own.answer.js';
import { PermissionCheck } from './permission.check.js';

/** Imported by modules whose controllers or resolvers use `TaskerGuard`. */
@Module({
  imports: [AuditModule, DiscoveryModule, PersistenceModule, RateLimitsModule],
  providers: [AccessDecision, AuthProviderExplorer, OpenRouteGuard, PermissionCheck],
  exports: [AccessDecision, AuditModule, AuthProviderExplorer, OpenRouteGuard],
})
export class AuthModule implements NestModule {
  constructor(private readonly config: ApplicationConfig) {}

  /**
   * Nest's hook for middleware. Used because Nest calls it when all global interceptors are known, and before it makes
   * routes. A host without global interceptors keeps routes without them.
   */
  configure(): void {
    const interceptors = this.config.getGlobalInterceptors();
    const isAlone = interceptors.length + this.config.getGlobalRequestInterceptors().length === 0;
    if (!isAlone) interceptors.unshift(answerRestorer);
  }
}
