import { setTimeout as pass } from 'node:timers/promises';
import { TaskerError, type StartTaskRequest } from 'nestjs-tasker';
import { isOutage } from '../../../lib/persistence/sql.errors.js';
import type { Host } from '../../support/host.js';
import { StartFailedError } from '../worker.fork.js';
import type { Crew } from './crew.js';
import type { Ledger, LedgerEntry } from './ledger.js';
import { LARGE_CONTEXT_BYTES, STORM_TEMPLATES, type StormTemplateName } from './storm.templates.js';

const AGAIN_MS = 100;
const BATCH = 10;
const NAMES = Object.keys(STORM_TEMPLATES) as StormTemplateName[];

/** Starts tasks of all kinds in all ways that there are, and writes down what became of each wish. */
export class Starter {
  private readonly underWay = new Set<Promise<void>>();

  constructor(
    private readonly office: Host,
    private readonly crew: Crew,
    private readonly ledger: Ledger,
    private readonly random: () => number,
    private readonly everyMs: number,
  ) {}

  /** Goes on until the signal; resolves when every start is acknowledged or failed. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const start = this.startSome();
      this.underWay.add(start);
      void start.then(() => this.underWay.delete(start));
      await pass(this.everyMs);
    }
    await Promise.all(this.underWay);
  }

  private async startSome(): Promise<void> {
    const way = this.random();
    if (way < 0.02) await this.startMany();
    else if (way < 0.3) await this.startSurely(this.wish(true));
    else if (way < 0.6) await this.startInWorker(this.wish());
    else await this.startOnce(this.wish());
  }

  private wish(isKeyed = false): LedgerEntry {
    return this.ledger.add(NAMES[Math.floor(this.random() * NAMES.length)]!, isKeyed);
  }

  private startOnce(entry: LedgerEntry): Promise<boolean> {
    return this.note([entry], async () => [(await this.office.tasks.start(requestOf(entry))).id]);
  }

  /** As a host does that must not lose a task: with one idempotency key, until it is told the id. */
  private async startSurely(entry: LedgerEntry): Promise<void> {
    while (!(await this.startOnce(entry))) await pass(AGAIN_MS);
  }

  /** In a process that runs steps, which takes the first ones with it if it is idle. */
  private async startInWorker(entry: LedgerEntry): Promise<void> {
    const { present } = this.crew;
    const worker = present[Math.floor(this.random() * present.length)];
    if (worker) await this.note([entry], async () => [await worker.start(requestOf(entry))]);
  }

  private async startMany(): Promise<void> {
    const entries = Array.from({ length: BATCH }, () => this.wish());
    await this.note(entries, async () => {
      return (await this.office.tasks.startMany(entries.map(requestOf))).map(({ id }) => id);
    });
  }

  /** Whether it was acknowledged. Whatever the database does may keep it from that; the engine may not. */
  private async note(entries: readonly LedgerEntry[], start: () => Promise<readonly string[]>): Promise<boolean> {
    try {
      const ids = await start();
      entries.forEach((entry, index) => (entry.id = ids[index]!));
      return true;
    } catch (error) {
      if (isFault(error)) this.ledger.problems.push(`A start was refused: ${String(error)}`);
      return false;
    }
  }
}

export function requestOf({ n, template, isKeyed }: LedgerEntry): StartTaskRequest {
  return {
    ...STORM_TEMPLATES[template].request,
    context: { n, tenant: `tenant ${n % 3}`, ...(n % 2 === 0 && { cargo: 'x'.repeat(LARGE_CONTEXT_BYTES) }) },
    ...(isKeyed && { idempotencyKey: `wish ${n}` }),
    ...(n % 7 === 0 && { priority: 3 }),
  };
}

/** Not what a database in trouble explains. */
function isFault(error: unknown): boolean {
  if (error instanceof StartFailedError) return error.isRefusal;
  return (error instanceof TaskerError && !isOutage(error)) || error instanceof TypeError;
}
