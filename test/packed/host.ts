import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { TaskerModule } from 'nestjs-tasker';

/** The least that a host is: `scripts/pack-check.mjs` compiles and runs it against the packed package. */
@Module({
  imports: [
    TypeOrmModule.forRoot({ type: 'postgres', url: process.env.DATABASE_URL!, autoLoadEntities: true }),
    TaskerModule.forRoot({ migrations: 'apply' }),
  ],
})
class HostModule {}

const app = await NestFactory.createApplicationContext(HostModule, { logger: ['error', 'warn'], abortOnError: false });
await app.close();
