import { Inject, Injectable } from '@nestjs/common';
import { TASKER_OPTIONS } from '../../options/options.module.js';
import type { ResolvedOptions } from '../../options/resolve.options.js';
import type { ClaimedStep, ClaimRequest } from '../../persistence/worker.gateway.js';
import { RunningSteps } from './running.steps.js';
import { StepTemplateCache } from './step-template.cache.js';
import { StepTransactions } from './step.transactions.js';

/** The capacity that a running pass may use. */
export interface Reservation {
  readonly want: number;
  /** The number of these steps that may be transactional. */
  readonly places: number;
}

/** Counts the steps that this process can still take, and those of them that may be transactional. */
@Injectable()
export class ClaimCapacity {
  private most: number;
  private reserved = 0;
  private reservedPlaces = 0;

  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
    private readonly definitions: StepTemplateCache,
    private readonly transactions: StepTransactions,
    private readonly running: RunningSteps,
  ) {
    this.most = options.worker.concurrency;
  }

  /** The maximum number of steps at the same time. */
  get limit(): number {
    return this.most;
  }

  /** Sets the limit. A lower one stops no running steps; the next step begins when there is capacity again. */
  limitTo(steps: number): void {
    this.most = steps;
  }

  /** The number of steps that may still be claimed. */
  get free(): number {
    return Math.max(0, this.limit - this.running.size - this.reserved);
  }

  reserve(want: number): Reservation {
    const places = Math.min(want, this.freePlaces);
    this.reserved += want;
    this.reservedPlaces += places;
    return { want, places };
  }

  /** Call it when the pass is over and its steps run. */
  release({ want, places }: Reservation): void {
    this.reserved -= want;
    this.reservedPlaces -= places;
  }

  requestFor(workerId: string, { want, places }: Reservation): ClaimRequest {
    const { queues, maxClaimBytes: maxBytes } = this.options.worker;
    const transactional = places < want ? this.definitions.transactionalIds : [];
    // If there is no place at all, claims skip transactional steps, so that other steps after them are found.
    const [passedOver, scarce] = places === 0 ? [transactional, []] : [[], transactional];
    const without = [...this.running.foreignIds, ...passedOver];
    return { workerId, want, queues, without, scarce, scarceWant: places, maxBytes };
  }

  /** True if transactional steps may have been left to other processes although this one has a place for them by now. */
  passedOver({ scarce, scarceWant, want }: ClaimRequest, claimed: readonly ClaimedStep[]): boolean {
    if (scarceWant >= want) return false;
    if (scarce.length === 0) return this.transactions.free > 0; // one became free meanwhile, or another pass reserved it
    return claimed.filter(({ templateId }) => scarce.includes(templateId)).length === scarceWant;
  }

  /** The number of transactional steps that this process may claim; unlimited as long as it knows none. */
  private get freePlaces(): number {
    if (this.definitions.transactionalIds.length === 0) return Infinity;
    return Math.max(0, this.transactions.free - this.reservedPlaces);
  }
}
