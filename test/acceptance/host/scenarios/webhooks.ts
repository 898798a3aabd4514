import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { defineTask, PermanentError } from 'nestjs-tasker';
import { anonymous } from '../anonymous.js';
import { eventually, handler, require, type Scenario } from '../scenario.js';
import { ended } from '../task.js';

const TOLD = { namespace: 'webhooks', name: 'told', version: '1.0.0' };

interface Request {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A receiver on the loopback is told of each change once, signed. */
export const webhooks: Scenario = {
  templates: [
    defineTask(TOLD)
      .step('one', { handler: 'webhooks.step' })
      .step('two', { handler: 'webhooks.step', dependsOn: ['one'] }),
  ],
  handlers: [
    handler('webhooks.step', ({ task, step }) => {
      if (task.context.fails === true && step.name === 'two') throw new PermanentError('no', { code: 'NO' });
    }),
  ],
  observe: async (host) => {
    const received: Request[] = [];
    const server = await receive(received);
    const { port } = server.address() as AddressInfo;
    const target = { url: `http://127.0.0.1:${port}/hook`, filter: { namespace: 'webhooks' } };
    const created = await host.ask('/webhooks', { method: 'POST', body: target });
    require(created.status === 201, 'There is no webhook', created);
    for (const fails of [false, true]) {
      await ended(host, (await host.tasks.start({ ...TOLD, context: { fails } })).id);
    }
    await eventually(async () => {
      const { body } = await host.ask(`/webhooks/${created.body.id}/deliveries?limit=100`);
      const delivered = body.deliveries.filter((each: any) => each.deliveredAt !== null).length;
      require(received.length > 0 && delivered === 12, 'Not all twelve changes were delivered', {
        delivered,
        received: received.length,
      });
    });
    server.close();
    const ids = received.map(({ headers }) => headers['webhook-id']);
    require(new Set(ids).size === ids.length, 'A change was told more than once', ids);
    require(received.every((each) => isSigned(each, created.body.secret)), 'A request was not signed');
    const messages = received.map(({ body }) => JSON.stringify(anonymous({ ...JSON.parse(body), id: 0 })));
    return { created: anonymous(created.body), messages: messages.toSorted().map((each) => JSON.parse(each)) };
  },
};

async function receive(received: Request[]): Promise<Server> {
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      received.push({ headers: request.headers, body });
      response.writeHead(204).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** As the text of Standard Webhooks has it. */
function isSigned({ headers, body }: Request, secret: string): boolean {
  const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  return headers['webhook-signature'] === `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
}
