import { Logger } from '@nestjs/common';
import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose';
import { inOwnContext } from '../../options/own.context.js';
import { AuthUnavailableError } from '../auth.errors.js';
import { remoteJson } from './remote.json.js';

/** After a fetch that failed, and after one because of an unknown key, nobody fetches for this long. */
const PAUSE_MS = 5_000;

export interface RemoteKeySettings {
  /** Where the keys come from, for the log. */
  readonly url: string;
  /** Finds the URL of the keys, each time they are fetched. */
  readonly locate: () => string | Promise<string>;
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
      this.keys = createLocalJWKSet((await remoteJson(await this.settings.locate())) as JSONWebKeySet);
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
