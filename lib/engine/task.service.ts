import { Injectable } from '@nestjs/common';
import { ContextValidator } from '../templates/context.validator.js';
import { TemplateRegistry } from '../templates/template.registry.js';
import { checkRequest, REQUEST_DEFAULTS as DEFAULT } from './task.request.check.js';
import type { StartedTask, StartOptions, StartTaskRequest } from './task.request.js';
import { TaskStarter, type PreparedTask } from './task.starter.js';
import { TemplateSynchroniser } from './template.synchroniser.js';

/** The front door: what hosts, REST and GraphQL do with tasks goes through here. */
@Injectable()
export class TaskService {
  constructor(
    private readonly registry: TemplateRegistry,
    private readonly validator: ContextValidator,
    private readonly templates: TemplateSynchroniser,
    private readonly starter: TaskStarter,
  ) {}

  /**
   * Starts one task. It runs as soon as the transaction that it was started in has committed.
   *
   * @throws InvalidStartRequestError, UnknownTemplateError, InvalidContextError; nothing is stored then
   *
   * @example
   * ```ts
   * await tasks.start({ namespace: 'ecommerce', name: 'process_order', version: '1.0.0', context: { orderId: 17 } });
   * ```
   */
  async start(request: StartTaskRequest, options: StartOptions = {}): Promise<StartedTask> {
    const [started] = await this.startMany([request], options);
    return started!;
  }

  /**
   * Starts many tasks in one statement, all or none, answering in the order of the requests. A thousand at a time is a
   * good size.
   *
   * @throws as `start`, for the first request that is wrong
   */
  async startMany(requests: readonly StartTaskRequest[], { manager }: StartOptions = {}): Promise<StartedTask[]> {
    if (requests.length === 0) return [];
    const prepared = requests.map((request) => this.prepare(request));
    const created = await (manager ? this.starter.startIn(manager, prepared) : this.starter.start(prepared));
    return created.map(({ id, state }, index) => {
      const { namespace, name, version } = prepared[index]!.template;
      return { id, namespace, name, version, state };
    });
  }

  private prepare(request: StartTaskRequest): PreparedTask {
    checkRequest(request);
    const { namespace = DEFAULT.namespace, name, version = DEFAULT.version, context = DEFAULT.context } = request;
    const template = this.registry.get(namespace, name, version);
    const task = {
      namedTaskId: this.templates.namedTaskId(template),
      context: this.validator.validate(template, context),
      initiator: request.initiator ?? DEFAULT.initiator,
      sourceSystem: request.sourceSystem ?? DEFAULT.sourceSystem,
      reason: request.reason ?? DEFAULT.reason,
      tags: request.tags ?? DEFAULT.tags,
      priority: request.priority ?? DEFAULT.priority,
    };
    return { template, task };
  }
}
