import type { Client } from 'graphql-ws';
import { request } from 'undici';
import type { GraphqlHost } from '../graphql.host.js';
import { firstAnswer, socketClient } from '../graphql.sockets.js';
import { jsonLines } from '../json.lines.js';
import { documentOf } from './document.js';
import type { FieldRow, RouteRow, Row } from './rows.js';
import type { Target } from './samples.js';

type Headers = Readonly<Record<string, string>>;

/** What came back. */
export interface Answer {
  /** Of HTTP, or the code with which a socket was closed. */
  readonly status: number;
  /** Of HTTP, by their names in small letters. */
  readonly headers: Readonly<Record<string, unknown>>;
  /** Of a stream, its first change. */
  readonly body: any;
}

/** Asks a host for what a row is about. */
export function ask(host: GraphqlHost, url: string, row: Row, target: Target, headers: Headers): Promise<Answer> {
  if (row.face === 'rest') return askRoute(url, row, target, headers);
  return row.isStream ? subscribe(host, row, target, headers) : askField(url, row, target, headers);
}

const BUSY = 'TASKER_AUDIT_VERIFICATION_IN_PROGRESS';
/** Answers to be compared with each other have the same id. */
const ONE = { 'X-Correlation-ID': 'one' };

async function askRoute(
  url: string,
  { verb, path, sample }: RouteRow,
  target: Target,
  headers: Headers,
): Promise<Answer> {
  const values: Readonly<Record<string, string>> = {
    ...{ taskId: target.task, namespace: target.namespace, name: target.name, deliveryId: target.delivery },
    id: subjectOf(path, target),
  };
  const filled = path.replaceAll(/:(\w+)/g, (_, name: string) => values[name]!);
  const query = new URLSearchParams(sample?.query?.(target));
  const filter = path.startsWith('/bulk/') ? { filter: { ids: [target.task] } } : {};
  const body = verb === 'get' ? null : { ...filter, ...sample?.input?.(target) };
  const asked = (): Promise<Answer> =>
    send(`${url}/tasker${filled}?${query.toString()}`, verb, body, { ...ONE, ...headers });
  let answer = await asked();
  while (answer.body?.code === BUSY) answer = await asked(); // somebody else had the audit log verified
  return answer;
}

function subjectOf(path: string, { webhook, token, step, stepId, task }: Target): string {
  if (path.startsWith('/webhooks/')) return webhook;
  if (path.startsWith('/api_tokens/')) return token;
  if (path.startsWith('/workflow_steps/')) return stepId;
  return path.includes('/workflow_steps/') ? step : task;
}

function askField(url: string, row: FieldRow, target: Target, headers: Headers): Promise<Answer> {
  return send(`${url}/tasker/graphql`, 'post', documentOf(row, target), { ...ONE, ...headers });
}

async function send(url: string, verb: RouteRow['verb'], sent: object | null, headers: Headers): Promise<Answer> {
  const answer = await request(url, {
    method: verb.toUpperCase(),
    headers: { ...(sent && { 'Content-Type': 'application/json' }), ...headers },
    body: sent && JSON.stringify(sent),
  });
  const { statusCode: status, headers: received, body } = answer;
  const type = String(received['content-type']);
  const isStream = type.startsWith('text/event-stream');
  return { status, headers: received, body: isStream ? await firstChange(body) : parsed(await body.text(), type) };
}

/** Of several lines, all. */
function parsed(text: string, type: string): unknown {
  if (type.startsWith('application/x-ndjson')) return jsonLines(text);
  return text === '' ? null : JSON.parse(text);
}

/** Reads no further than the first event that is about a task. */
async function firstChange(stream: AsyncIterable<Buffer>): Promise<unknown> {
  let read = '';
  for await (const part of stream) {
    read += part.toString();
    const [, data] = /^event: (?:task|step)\..*\n.*\ndata: (.*)\n\n/m.exec(read) ?? [];
    if (data !== undefined) return JSON.parse(data);
  }
  throw new Error(`The stream ended without a change: ${read}`);
}

/** A client that is not authenticated has its socket closed. */
async function subscribe(host: GraphqlHost, row: FieldRow, target: Target, headers: Headers): Promise<Answer> {
  const client: Client = socketClient(host, undefined, headers);
  try {
    const { query, variables } = documentOf(row, target);
    const body = await firstAnswer(client, query, variables as Record<string, unknown>);
    const [closed] = (body.errors ?? []) as { code?: unknown }[];
    const status = typeof closed?.code === 'number' ? closed.code : 200;
    return { status, headers: {}, body };
  } finally {
    await client.dispose();
  }
}
