import { Injectable } from '@nestjs/common';
import { Database } from '../persistence/database.js';
import { SchemaGuard } from '../persistence/schema.guard.js';

/**
 * A database that answers later than this, in milliseconds, counts as not ready. Shorter than the timeout of common
 * probes.
 */
const PATIENCE_MS = 5_000;

export type CheckStatus = 'healthy' | 'unhealthy';

/** The result of one check. */
export interface HealthCheck {
  readonly status: CheckStatus;
  readonly message: string;
  readonly responseTimeMs: number;
}

/** Whether the process is ready, and the result of each check. */
export interface Readiness {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, HealthCheck>>;
}

/** A further check, with its message and its fault. */
export interface FurtherCheck {
  readonly healthy: string;
  readonly fault: () => string | null;
}

/** Checks whether this process can do its work. Messages never quote the database. */
@Injectable()
export class HealthReader {
  constructor(
    private readonly database: Database,
    private readonly schema: SchemaGuard,
  ) {}

  /** Runs the checks. The process is ready if all are healthy. */
  async ready(further: Readonly<Record<string, FurtherCheck>> = {}): Promise<Readiness> {
    const [database, schema] = await Promise.all([
      check(() => this.database.query('select 1', []), 'the database responds', 'the database does not respond'),
      check(() => this.schema.ensure(), 'the schema is up to date', 'the schema does not fit this version'),
    ]);
    const others = Object.entries(further).map(([name, each]) => [name, look(each)] as const);
    const checks = { database, schema, ...Object.fromEntries(others) };
    return { ready: Object.values(checks).every(({ status }) => status === 'healthy'), checks };
  }
}

async function check(ask: () => Promise<unknown>, healthy: string, unhealthy: string): Promise<HealthCheck> {
  const began = performance.now();
  return resultOf(began, healthy, (await withinPatience(ask)) ? null : unhealthy);
}

function look({ healthy, fault }: FurtherCheck): HealthCheck {
  return resultOf(performance.now(), healthy, fault());
}

function resultOf(began: number, healthy: string, fault: string | null): HealthCheck {
  return {
    status: fault === null ? 'healthy' : 'unhealthy',
    message: fault ?? healthy,
    responseTimeMs: Math.round((performance.now() - began) * 10) / 10,
  };
}

/** Returns only whether the database responded. The log of the data source has the reason of a failure. */
async function withinPatience(ask: () => Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), PATIENCE_MS);
  });
  try {
    return await Promise.race([ask().then(() => true), tooLate]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
