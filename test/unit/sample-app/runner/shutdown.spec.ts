import { describe, expect, it } from '@jest/globals';
import { InterruptedError, Shutdown } from '../../../../sample-app/runner/shutdown.js';

function closing(names: string[]) {
  const closed: string[] = [];
  const closers = names.map((name) => async () => {
    closed.push(name);
  });
  return { closed, closers };
}

describe('a shutdown', () => {
  it('closes the latest first, and each once', async () => {
    const { closed, closers } = closing(['server', 'shop']);
    const shutdown = new Shutdown();
    for (const closer of closers) await shutdown.add(closer);
    await Promise.all([shutdown.run(), shutdown.run()]);
    expect(closed).toEqual(['shop', 'server']);
  });

  it('closes at once what comes too late, and stops what brought it', async () => {
    const { closed, closers } = closing(['server']);
    const shutdown = new Shutdown();
    await shutdown.run();
    await expect(shutdown.add(closers[0]!)).rejects.toThrow(InterruptedError);
    expect(closed).toEqual(['server']);
  });
});
