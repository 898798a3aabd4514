import { Logger } from '@nestjs/common';
import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose';
import { inOwnContext } from '../../options/own.context.js';
import { AuthUnavailableError } from '../auth.errors.js';

/** How long the issuer may take to answer, in milliseconds. */
const TIMEOUT_MS = 5_000;
/** After a fetch that failed, and after one because of an unknown key, nobody fetches for this long. */
const PAUSE_MS = 5_000;
const MOST_BYTES = 1_000_000;

export interface RemoteKeySettings {
  readonly url: string;
  readonly refreshMs: number;
  readonly lastMs: number;
}

/**
 * The public keys that an issuer of tokens publishes. They are fetched before they are old, and at once when a token has
 * an unknown key. If the issuer cannot be reached, the last keys stay in use for a while; without any, requests are
 * refused as an outage, and not as if their tokens were forged.
 */
export class RemoteKeys {
  private readonly logger = new Logger('TaskerAuth');
  private keys: JWTVerifyGetKey | null = null;
  private fetchedAt = -Infinity;
  private triedAt = -Infinity;
  private fetching: Promise<void> | null = null;
  /** Why the last fetch failed; null after one that succeeded. */
  private fault: Error | null = null;

  constructor(private readonly settings: RemoteKeySettings) {}

  /** @throws AuthUnavailableError, errors of jose if there is no such key */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    const age = performance.now() - this.fetchedAt;
    if (age > this.settings.lastMs) await this.refresh();
    else if (age > this.settings.refreshMs) void this.refresh();
    try {
      return await this.current()(header, token);
    } catch (error) {
      const { errors } = await import('jose');
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      const isNews = await this.refresh();
      if (this.fault) throw this.unavailable(); // the key may be a new one
      if (!isNews) throw error;
      return this.current()(header, token);
    }
  };

  private current(): JWTVerifyGetKey {
    const isOld = performance.now() - this.fetchedAt > this.settings.lastMs;
    if (this.keys && !isOld) return this.keys;
    throw this.unavailable();
  }

  private unavailable(): AuthUnavailableError {
    const reason = `the keys that sign tokens cannot be fetched from ${this.settings.url}`;
    return new AuthUnavailableError(reason, { cause: this.fault });
  }

  /** @returns false if somebody has tried so shortly before that nothing can have changed */
  private async refresh(): Promise<boolean> {
    if (!this.fetching) {
      if (performance.now() - this.triedAt < PAUSE_MS) return false;
      this.triedAt = performance.now();
      this.fetching = inOwnContext(() => this.fetch()).finally(() => (this.fetching = null));
    }
    await this.fetching;
    return true;
  }

  /** Never rejects. */
  private async fetch(): Promise<void> {
    try {
      const { createLocalJWKSet } = await import('jose');
      this.keys = createLocalJWKSet(await published(this.settings.url));
      this.fetchedAt = performance.now();
      if (this.fault) this.logger.log(`The keys that sign tokens can be fetched again from ${this.settings.url}.`);
      this.fault = null;
    } catch (error) {
      const isFirst = this.fault === null;
      this.fault = error as Error;
      if (!isFirst) return;
      const use = this.keys ? 'The last keys stay in use for now.' : 'Requests are refused with status 503.';
      this.logger.error(
        `Cannot fetch the keys that sign tokens from ${this.settings.url}: ${this.fault.message}. ${use}`,
      );
    }
  }
}

async function published(url: string): Promise<JSONWebKeySet> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch(url, { signal, redirect: 'error', headers: { accept: 'application/json' } });
  if (!response.ok) {
    await response.body?.cancel(); // or the connection would stay open
    throw new Error(`the status is ${response.status}`);
  }
  const text = await textOf(response);
  return JSON.parse(text) as JSONWebKeySet;
}

async function textOf(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += part.length;
    if (bytes > MOST_BYTES) throw new Error(`the answer is larger than ${MOST_BYTES} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
