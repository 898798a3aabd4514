import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { FailureLimiter } from './failure.limiter.js';
import { RateLimiter } from './rate.limiter.js';
import { SharedCounter } from './shared.counter.js';

@Module({
  imports: [DiscoveryModule],
  providers: [FailureLimiter, RateLimiter, SharedCounter],
  exports: [FailureLimiter, RateLimiter],
})
export class RateLimitsModule {}
