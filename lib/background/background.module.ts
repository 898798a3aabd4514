import { Module } from '@nestjs/common';
import { StandingFaults } from './standing.faults.js';

@Module({ providers: [StandingFaults], exports: [StandingFaults] })
export class BackgroundModule {}
