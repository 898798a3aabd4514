import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { AccessDecision } from './access.decision.js';
import { AuthProviderExplorer } from './auth-provider.explorer.js';

/** A module whose controllers or resolvers use `TaskerGuard` imports this one. */
@Module({ imports: [DiscoveryModule], providers: [AccessDecision, AuthProviderExplorer], exports: [AccessDecision] })
export class AuthModule {}
