import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { defineTask, type StepContext } from 'nestjs-tasker';
import { answering, useServers } from '../../support/answering.server.js';
import { HANDLER } from '../../support/factories.js';
import { useLab } from '../../support/lab.js';

const lab = useLab();
const servers = useServers();
const FORGERY = '\r\n[Nest] 1  - LOG [Tasker] forged\u001b[2J\u202e';

let lines: string[];
beforeEach(() => {
  lines = [];
  for (const level of ['log', 'warn', 'error', 'debug'] as const)
    jest.spyOn(Logger.prototype, level).mockImplementation((...given) => void lines.push(...given.map(String)));
});
afterEach(() => void jest.restoreAllMocks());

async function run(handler: (context: StepContext) => unknown, http: string | null = null): Promise<string[]> {
  const request = { namespace: 'tests', name: http === null ? 'logging' : 'logging_answers' };
  const template = defineTask(request).step('only', http === null ? { handler: HANDLER } : { http: { url: http } });
  const host = await lab.open({
    handlers: { [HANDLER]: (context) => handler(context) },
    templates: [template],
    telemetry: { log: true },
  });
  const { id } = await host.tasks.start(request);
  await host.kit.runToEnd(id);
  const forged = lines.filter((line) => line.includes('forged'));
  expect(forged.length).toBeGreaterThan(0);
  return forged;
}

describe('the log', () => {
  it.each<[string, (context: StepContext) => unknown]>([
    [
      'what a handler throws',
      () => {
        throw new Error(`declined${FORGERY}`);
      },
    ],
    ['what a handler logs', ({ log }) => log.warn(`declined${FORGERY}`)],
  ])('has no line of its own from %s', async (_, handler) => {
    for (const line of await run(handler)) {
      expect(line).not.toMatch(/\r|\u202e|\n(?! {4})/);
      expect(line).toContain('\\u001b[2J\\u202e');
    }
  });

  it('has no line of its own from a server', async () => {
    const { url } = await servers.open(answering(400, `no${FORGERY}`));
    const [line] = await run(() => null, url);
    expect(line).toMatch(/answered 400: no\\r\\n\[Nest\] 1 {2}- LOG \[Tasker\] forged\\u001b\[2J\\u202e$/);
  });
});
