import { setTimeout } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import { TaskReader, TaskService } from 'nestjs-tasker';
import { AppModule } from './app.module';

/** Runs one task as an application does that was built and started. */
async function main(): Promise<void> {
  const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'], abortOnError: false });
  await app.listen(0);
  const { id } = await app
    .get(TaskService)
    .start({ namespace: 'shop', name: 'process_order', version: '1.0.0', context: { orderId: 7 } });
  while ((await app.get(TaskReader).get(id)).state !== 'complete') await setTimeout(50);
  await app.close();
}

void main();
