import type { Change } from './change.js';

/**
 * Measures the changes that wait for the listeners of a process, as JSON text. Listeners at the same position share their changes,
 * so each change counts once. Half of the budget is open to all; the other half is divided into equal shares, so that listeners
 * that do not read leave some of it to the others.
 */
export class ChangeBacklog {
  private readonly held = new Map<Change, { readonly bytes: number; holders: number }>();
  private readonly common: number;
  private readonly share: number;
  private bytes = 0;

  /**
   * @param maxBytes of all listeners; each may exceed it by a part of one change
   * @param maxListeners among whom it is divided
   */
  constructor(maxBytes: number, maxListeners: number) {
    this.common = maxBytes / 2;
    this.share = maxBytes / 2 / maxListeners;
  }

  /** True if another change may wait for a listener that has this number of bytes waiting already. */
  hasRoom(bytesOfListener: number): boolean {
    return this.bytes < this.common || bytesOfListener < this.share;
  }

  /** A change waits for one more listener. Answers its bytes. */
  hold(change: Change): number {
    const held = this.held.get(change) ?? { bytes: Buffer.byteLength(JSON.stringify(change)), holders: 0 };
    if (held.holders++ === 0) {
      this.held.set(change, held);
      this.bytes += held.bytes;
    }
    return held.bytes;
  }

  /** It waits for one listener less. Answers its bytes. */
  release(change: Change): number {
    const held = this.held.get(change)!;
    if (--held.holders === 0) {
      this.held.delete(change);
      this.bytes -= held.bytes;
    }
    return held.bytes;
  }
}
