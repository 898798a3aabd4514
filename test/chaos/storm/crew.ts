import { setTimeout as pass } from 'node:timers/promises';
import { EndedEarlyError, ForkedWorker, type Ending, type WorkerSettings } from '../worker.fork.js';
import { CLAIM_BYTES, EFFECT_STEPS, STORM_TEMPLATES } from './storm.templates.js';

export const LEASE_SECONDS = 2;
export const POLL_INTERVAL_MS = 500;

/** Below the lease, which a connection that falls silent is not to cost; some locks are held for longer. */
export const STATEMENT_TIMEOUT_MS = 1_500;

const SETTINGS: WorkerSettings = {
  database: { statementTimeoutMs: STATEMENT_TIMEOUT_MS },
  worker: {
    leaseSeconds: LEASE_SECONDS,
    pollIntervalMs: POLL_INTERVAL_MS,
    concurrency: 10,
    shutdownTimeoutMs: 100,
    maxClaimBytes: CLAIM_BYTES,
  },
  templates: Object.values(STORM_TEMPLATES),
  effects: EFFECT_STEPS,
  workMs: 10,
  tells: false,
};
/** A process that was told to close and has not by then hangs. */
const CLOSE_MS = 30_000;

/** The worker processes of a storm, each in a numbered place that another takes when it is gone. */
export class Crew {
  /** What must not have happened. */
  readonly problems: string[] = [];
  /** Processes that found no database when they started or ended, which ends them as it would end any host. */
  endedByTrouble = 0;
  staleOutcomes = 0;
  private readonly places: (ForkedWorker | undefined)[];
  /** Processes whose end is the storm's doing. */
  private readonly sentAway = new WeakSet<ForkedWorker>();

  /** @param wasTroubled whether anything was wrong with the database at some time since then */
  constructor(
    private readonly url: string,
    size: number,
    private readonly wasTroubled: (since: number) => boolean,
  ) {
    this.places = Array.from({ length: size }, () => undefined);
  }

  async gather(): Promise<void> {
    await Promise.all(this.places.map((_, place) => this.fill(place)));
  }

  /** Undefined while the place is empty. */
  at(place: number): ForkedWorker | undefined {
    return this.places[place];
  }

  get present(): readonly ForkedWorker[] {
    return this.places.filter((worker) => worker !== undefined);
  }

  /** Kills the one in this place; resolves when another has taken it. Does nothing when that is under way already. */
  async replace(place: number, awayMs: number): Promise<void> {
    if (!this.at(place)) return;
    await this.leave(place, (worker) => worker.kill());
    await pass(awayMs);
    await this.fill(place);
  }

  /** The same, but the process may finish what it does. */
  async deploy(place: number, clientsFirst: boolean): Promise<void> {
    if (!this.at(place)) return;
    await this.leave(place, (worker) => this.close(worker, clientsFirst));
    await this.fill(place);
  }

  /** Each ends as at a deployment. */
  async disband(): Promise<void> {
    await Promise.all(this.places.map((_, place) => this.leave(place, (worker) => this.close(worker))));
  }

  /** Whatever happened before: nothing is left. */
  async kill(): Promise<void> {
    await Promise.all(this.places.map((_, place) => this.leave(place, (worker) => worker.kill())));
  }

  private async leave(place: number, end: (worker: ForkedWorker) => Promise<void>): Promise<void> {
    const worker = this.places[place];
    if (!worker) return;
    this.places[place] = undefined;
    this.sentAway.add(worker);
    await end(worker);
  }

  private async close(worker: ForkedWorker, clientsFirst = false): Promise<void> {
    const since = performance.now();
    worker.terminate(clientsFirst);
    const hangs = setTimeout(() => {
      this.problems.push(`The worker process ${worker.pid} was told to close, and did not.`);
      void worker.kill();
    }, CLOSE_MS);
    const ending = await worker.ended;
    clearTimeout(hangs);
    if (ending.code !== 0 && ending.signal === null)
      this.judge(`The worker process ${worker.pid} closed`, ending, since);
  }

  private async fill(place: number): Promise<void> {
    for (;;) {
      const since = performance.now();
      const worker = new ForkedWorker(this.url, SETTINGS);
      try {
        await worker.ready;
      } catch (error) {
        if (!(error instanceof EndedEarlyError)) throw error;
        if (this.judge('A worker process started', error.ending, since)) continue;
        return;
      }
      this.takePlace(place, worker);
      return;
    }
  }

  private takePlace(place: number, worker: ForkedWorker): void {
    this.places[place] = worker;
    worker.onMessage = ({ kind }) => {
      if (kind === 'stale') this.staleOutcomes++;
    };
    void worker.ended.then(({ code, signal, said }) => {
      if (this.sentAway.has(worker)) return;
      this.places[place] = undefined;
      this.problems.push(`The worker process ${worker.pid} ended by itself (${signal ?? `code ${code}`}):\n${said}`);
    });
  }

  /** Whether the database explains that a process ended with an error when it started or closed. */
  private judge(what: string, { code, said }: Ending, since: number): boolean {
    if (this.wasTroubled(since)) {
      this.endedByTrouble++;
      return true;
    }
    this.problems.push(`${what} and ended with code ${code}, although nothing was wrong with the database:\n${said}`);
    return false;
  }
}
