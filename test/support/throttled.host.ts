/**
 * A host with `@nestjs/throttler` on the database that is named, in a process of its own: the package requires Nest as CommonJS,
 * which Node can do and Jest cannot. It sends its address to the process that forked it, and ends with it.
 */
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import { TypeOrmModule } from '@nestjs/typeorm';
import { isTaskerRequest, TaskerModule } from 'nestjs-tasker';

@Module({
  imports: [
    TypeOrmModule.forRoot({ type: 'postgres', url: process.argv[2]!, retryAttempts: 0 }),
    TaskerModule.forRoot({ worker: { enabled: false } }),
    ThrottlerModule.forRoot({
      throttlers: [{ ttl: 60_000, limit: 2 }],
      skipIf: (context) => isTaskerRequest(context, 'probe', 'events'),
    }),
  ],
  providers: [{ provide: APP_GUARD, useClass: ThrottlerGuard }],
})
class HostModule {}

const app = await NestFactory.create(HostModule, { logger: ['error'], abortOnError: false });
await app.listen(0, '127.0.0.1');
process.once('disconnect', () => void app.close().then(() => process.exit()));
process.send!(await app.getUrl());
