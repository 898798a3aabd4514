import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { ResolveDocument, ShowDocument, StartDocument, WatchDocument, type WatchSubscription } from './graphql.js';

/** The same over GraphQL: starts an order, watches it fail, pays by hand, watches it end, and prints how it ended. */
const url = `${process.argv[2]!}/graphql`;
const sockets = createClient({ url: url.replace('http:', 'ws:'), webSocketImpl: WebSocket });

const order = { namespace: 'warehouse', name: 'delivery', version: '1.2.0' };
const wrong = await ask(StartDocument, { input: { ...order, context: { order_id: 'thirteen' } } });
const { startTask } = await ask(StartDocument, { input: { ...order, context: { order_id: 13 } } });
const taskId = startTask.task!.id;

const failed = await updateCalled('task_failed', '0.0');
const { resolveStep } = await ask(ResolveDocument, {
  input: { taskId, step: 'bill', actor: 'ann', reason: 'paid in cash', results: { paid: true } },
});
await updateCalled('task_completed', failed.position);
const { task } = await ask(ShowDocument, { id: taskId });
await sockets.dispose();

console.log(
  JSON.stringify({
    wrong: wrong.startTask.userErrors,
    recommended: failed.task?.summary?.recommendedAction,
    resolved: resolveStep.changed,
    state: task?.state,
    steps: task?.steps?.map(({ name, state }) => `${name} ${state}`),
    actors: task?.transitions?.flatMap(({ actor }) => actor ?? []),
  }),
);

async function ask<Result, Variables>(
  document: TypedDocumentNode<Result, Variables>,
  variables: Variables,
): Promise<Result> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ query: print(document), variables }),
  });
  const { data, errors } = (await response.json()) as { data?: Result; errors?: unknown };
  if (!data || errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
}

async function updateCalled(
  event: WatchSubscription['taskUpdated']['event'],
  after: string,
): Promise<WatchSubscription['taskUpdated']> {
  const query = print(WatchDocument);
  for await (const { data } of sockets.iterate<WatchSubscription>({ query, variables: { taskId, after } })) {
    if (data?.taskUpdated.event === event) return data.taskUpdated;
  }
  throw new Error(`The subscription ended before ${event}.`);
}
