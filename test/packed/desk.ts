import { Injectable } from '@nestjs/common';
import {
  AnalyticsReader,
  ChangeFeed,
  DeadLetterReader,
  defineTask,
  HealthReader,
  RecordService,
  StepReader,
  TaskReader,
  TaskService,
  TemplateReader,
  type,
  WebhookService,
  WorkerReader,
} from 'nestjs-tasker';

export const order = defineTask({ name: 'order', context: type<{ readonly id: number }>() }).step('charge', {
  returns: type<{ readonly paid: boolean }>(),
});

/** Writes no types of answers: the compiler must find a name for each. */
@Injectable()
export class Desk {
  constructor(
    private readonly tasks: TaskService,
    private readonly records: RecordService,
    private readonly reader: TaskReader,
    private readonly steps: StepReader,
    private readonly letters: DeadLetterReader,
    private readonly templates: TemplateReader,
    private readonly workers: WorkerReader,
    private readonly analytics: AnalyticsReader,
    private readonly health: HealthReader,
    private readonly webhooks: WebhookService,
    private readonly feed: ChangeFeed,
  ) {}

  start(id: number) {
    return this.tasks.start(order, { context: { id } });
  }

  cancel(id: string) {
    return this.tasks.cancel(id, { actor: 'ann' });
  }

  async cancelledSteps(id: string) {
    return (await this.cancel(id)).steps;
  }

  cancelAll() {
    return this.tasks.bulk('cancel', { namespace: 'shop' }, { actor: 'ann' });
  }

  annotations(id: string) {
    return this.records.annotationsOf(id);
  }

  task(id: string) {
    return this.reader.get(id, ['annotations']);
  }

  async failuresOf(id: string) {
    const { steps } = await this.reader.get(id);
    return steps.map(({ error }) => error);
  }

  page() {
    return this.reader.list({ filter: { states: ['error'] }, include: ['summary'] });
  }

  step(id: string) {
    return this.steps.getById(id);
  }

  async repairs() {
    const { items } = await this.letters.list();
    return items.flatMap(({ letter }) => letter.failedSteps);
  }

  template() {
    return this.templates.get('default', 'order');
  }

  async queues() {
    return { queues: await this.workers.queues(), workers: await this.workers.workers() };
  }

  async figures() {
    return { metrics: await this.analytics.metrics(), slowest: await this.analytics.slowestTasks() };
  }

  async checks() {
    return (await this.health.ready()).checks;
  }

  webhook(url: string) {
    return this.webhooks.create({ url });
  }

  follow() {
    return this.feed.follow({ events: ['task.failed'] });
  }
}
