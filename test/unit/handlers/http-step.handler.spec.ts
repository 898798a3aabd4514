import { afterEach, describe, expect, it } from '@jest/globals';
import { HttpStepHandler, type HttpRequest } from 'nestjs-tasker';
import { stepContext } from 'nestjs-tasker/testing';
import { Agent, type Dispatcher } from 'undici';
import { answering, useServers } from '../../support/answering.server.js';

const servers = useServers();

/** Makes its dispatcher at the second try. */
class AskingHandler extends HttpStepHandler {
  made = 0;

  constructor(private readonly url: string) {
    super();
  }

  protected request(): HttpRequest {
    return { url: this.url };
  }

  protected override createDispatcher(): Promise<Dispatcher> {
    this.made++;
    return this.made === 1 ? Promise.reject(new Error('no certificate yet')) : Promise.resolve(new Agent());
  }
}

let handler: AskingHandler;
afterEach(() => handler.onApplicationShutdown());

describe('the dispatcher of a handler', () => {
  it('is made again where that failed, and once for all requests after that', async () => {
    const server = await servers.open(answering(200));
    handler = new AskingHandler(server.url);
    await expect(handler.process(stepContext())).rejects.toThrow('no certificate yet');
    await Promise.all([handler.process(stepContext()), handler.process(stepContext())]);
    await handler.process(stepContext());
    expect(handler.made).toBe(2);
    expect(server.received).toHaveLength(3);
  });
});
