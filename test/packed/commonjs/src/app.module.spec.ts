import { Test } from '@nestjs/testing';
import { TaskService } from 'nestjs-tasker';
import { TaskerTestKit } from 'nestjs-tasker/testing';
import { AppModule } from './app.module';

it('charges an order, step by step', async () => {
  const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
  try {
    await module.init();
    const task = await module
      .get(TaskService)
      .start({ namespace: 'shop', name: 'process_order', version: '1.0.0', context: { orderId: 7 } });
    const { state, steps } = await TaskerTestKit.of(module).runToEnd(task.id);
    expect(state).toBe('complete');
    expect(steps.map(({ results }) => results)).toEqual([{ charged: 7 }]);
  } finally {
    await module.close();
  }
}, 60_000);
