import createClient from 'openapi-fetch';
import type { components, paths } from './openapi.js';

type Change = components['schemas']['Change'];

/** Starts an order whose card is declined, watches it fail, pays by hand, watches it end, and prints how it ended. */
const url = process.argv[2]!;
const api = createClient<paths>({ baseUrl: url });

const started = await api.POST('/tasks', {
  body: { namespace: 'warehouse', name: 'delivery', version: '1.2.0', context: { order_id: 13 } },
  params: { header: { 'Idempotency-Key': `order-13-${Date.now()}` } },
});
if (!started.data) throw new Error(started.error.detail);
const { id } = started.data;

const failed = await changeCalled('task.failed', '0.0');
const deadLetters = await api.GET('/dead_letters', { params: { query: { ids: [id] } } });
const steps = deadLetters.data?.deadLetters.flatMap(({ failedSteps }) => failedSteps.map(({ name }) => name));

const refused = await api.POST('/tasks/{taskId}/workflow_steps/{id}/resolve', {
  params: { path: { taskId: id, id: 'read' } },
  body: {},
});
const resolved = await api.POST('/tasks/{taskId}/workflow_steps/{id}/resolve', {
  params: { path: { taskId: id, id: 'bill' } },
  body: { actor: 'ann', reason: 'paid in cash', results: { paid: true } },
});
await changeCalled('task.completed', failed.position);
const shown = await api.GET('/tasks/{id}', { params: { path: { id }, query: { include: ['transitions'] } } });

console.log(
  JSON.stringify({
    failedSteps: steps,
    refused: refused.error?.code,
    resolved: resolved.data?.changed,
    state: shown.data?.state,
    steps: shown.data?.steps?.map(({ name, state }) => `${name} ${state}`),
    actors: shown.data?.transitions?.flatMap(({ actor }) => actor ?? []),
  }),
);

/** Follows the task, from a position on, to the first change of this name. */
async function changeCalled(event: Change['event'], after: string): Promise<Change> {
  const { data } = await api.GET('/tasks/{id}/events', {
    params: { path: { id }, query: { after } },
    parseAs: 'stream',
  });
  let text = '';
  for await (const part of data as unknown as AsyncIterable<Uint8Array>) {
    text += Buffer.from(part).toString();
    const lines = text.split('\n').filter((line) => line.startsWith('data: {"'));
    const found = lines.map((line) => JSON.parse(line.slice(6)) as Change).find((change) => change.event === event);
    if (found) return found;
  }
  throw new Error(`The stream ended before ${event}.`);
}
