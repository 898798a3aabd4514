import { Header, HttpStatus, Res, UseFilters, UseGuards } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { checkLiveness, checkReadiness } from '../api/system.operations.js';
import { OpenRouteGuard } from '../auth/open-route.guard.js';
import { OwnController } from '../auth/own-controller.decorator.js';
import { WorkerHealth } from '../engine/steps/worker.health.js';
import { HealthReader, type Readiness } from '../insight/health.reader.js';
import { ApiTag } from './openapi/tags.js';
import { ProblemFilter } from './problem.filter.js';
import { Route } from './route.decorator.js';

export interface LivenessDocument {
  /** False if the process makes no progress any more. */
  readonly alive: boolean;
  readonly service: 'tasker';
  readonly timestamp: string;
}

export interface ReadinessDocument extends Readiness {
  readonly timestamp: string;
}

/** For probes, which have no credentials unless the options say so. It reveals nothing confidential. */
@OwnController('', 'probe')
@ApiTag('Health')
@UseFilters(ProblemFilter)
@UseGuards(OpenRouteGuard)
export class HealthController {
  constructor(
    private readonly health: HealthReader,
    private readonly worker: WorkerHealth,
    private readonly host: HttpAdapterHost,
  ) {}

  /**
   * 200 if the process answers and its worker makes progress, otherwise 503. An outage of the database does not matter:
   * a restart would not help.
   */
  @Route(checkLiveness, { answers: { 200: 'LivenessDocument', 503: 'LivenessDocument' } })
  @Header('Cache-Control', 'no-store')
  live(@Res({ passthrough: true }) response: unknown): LivenessDocument {
    const alive = this.worker.isAlive;
    this.host.httpAdapter.status(response, alive ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE);
    return { alive, service: 'tasker', timestamp: new Date().toISOString() };
  }

  /** 200 if this process can serve requests and run steps, otherwise 503 with the same body. */
  @Route(checkReadiness, { answers: { 200: 'ReadinessDocument', 503: 'ReadinessDocument' } })
  @Header('Cache-Control', 'no-store')
  async ready(@Res({ passthrough: true }) response: unknown): Promise<ReadinessDocument> {
    const readiness = await this.health.ready(this.worker.checks());
    this.host.httpAdapter.status(response, readiness.ready ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE);
    return { ...readiness, timestamp: new Date().toISOString() };
  }
}
