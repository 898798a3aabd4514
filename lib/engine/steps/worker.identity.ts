import { hostname } from 'node:os';
import { Inject, Injectable } from '@nestjs/common';
import { EventBus } from '../../events/event.bus.js';
import { now } from '../../events/event.time.js';
import { TaskHandlerRegistry } from '../../handlers/task-handler.registry.js';
import { TASKER_OPTIONS } from '../../options/options.module.js';
import type { ResolvedOptions } from '../../options/resolve.options.js';
import { packageVersion } from '../../options/package.files.js';
import { TemplateDirectory } from '../../templates/template.directory.js';
import { WorkerGateway, type NewWorker } from '../../persistence/worker.gateway.js';

/** The row of this process in `workers`. It is inserted at the first use, and again after the worker was declared lost. */
@Injectable()
export class WorkerIdentity {
  private registered: Promise<string> | undefined;
  private id: string | null = null;

  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
    private readonly gateway: WorkerGateway,
    private readonly templates: TemplateDirectory,
    private readonly taskHandlers: TaskHandlerRegistry,
    private readonly bus: EventBus,
  ) {}

  get(): Promise<string> {
    this.registered ??= this.register().then(
      (id) => (this.id = id),
      (error: unknown) => {
        this.registered = undefined; // the next call tries again
        throw error;
      },
    );
    return this.registered;
  }

  /** The id, or null before the first registration. */
  current(): string | null {
    return this.id;
  }

  /** Drops this id, so that `get` registers the worker again. Returns whether it was the current id. */
  forget(id: string): boolean {
    if (this.id !== id) return false;
    this.id = null;
    this.registered = undefined;
    return true;
  }

  private async register(): Promise<string> {
    const { queues, concurrency, leaseSeconds } = this.options.worker;
    const host = hostname();
    const { pid } = process;
    const described = { name: `${host}:${pid}`, host, pid, version: packageVersion(), queues, concurrency };
    const workerId = await this.gateway.register({ ...described, leaseSeconds, ...this.loadedTemplates() });
    this.bus.publish('worker.registered', { workerId, ...described, at: now() });
    return workerId;
  }

  /** Other processes may start tasks of these templates, even if they have not loaded them. */
  private loadedTemplates(): Pick<NewWorker, 'templateIds' | 'handledTemplateIds'> {
    const loaded = this.templates.loadedHere();
    const handled = loaded.filter(({ template }) => this.taskHandlers.find(template) !== undefined);
    return {
      templateIds: loaded.map(({ namedTaskId }) => namedTaskId),
      handledTemplateIds: handled.map(({ namedTaskId }) => namedTaskId),
    };
  }
}
