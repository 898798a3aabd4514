import { Inject, Injectable } from '@nestjs/common';
import { BackgroundService } from '../background/background.service.js';
import { TASKER_OPTIONS } from '../options/options.module.js';
import type { ResolvedOptions } from '../options/resolve.options.js';
import { AuditRetention } from './audit.retention.js';
import { AuditSealer } from './audit.sealer.js';
import { HeadPublisher } from './head.publisher.js';

/** Starts and stops the services of the audit log in a process that runs steps. The root module calls it. */
@Injectable()
export class AuditLifecycle extends BackgroundService {
  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: Pick<ResolvedOptions, 'audit' | 'worker'>,
    private readonly sealer: AuditSealer,
    private readonly retention: AuditRetention,
    private readonly heads: HeadPublisher,
  ) {
    super();
  }

  protected async onStart(): Promise<void> {
    const { audit, worker } = this.options;
    if (!worker.enabled) return;
    if (audit.enabled) await Promise.all([this.sealer.start(), this.heads.start()]);
    if (audit.keepDays !== null) await this.retention.start();
  }

  protected async onStop(): Promise<void> {
    await Promise.all([this.sealer.stop(), this.retention.stop(), this.heads.stop()]);
  }
}
