import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { DOCUMENT_KINDS, documentOf, type AskedDocument, type DocumentKind } from './document.texts.js';
import type { DocumentArguments, Effort } from './documents.main.js';
import { DRIVERS, type DriverName } from './graphql.app.js';
import { median } from './percentiles.js';

/** How the time for a GraphQL document grows with its size. */
export interface DocumentMeasurement {
  readonly driver: DriverName;
  readonly way: Way;
  readonly kind: DocumentKind;
  /** By the part of the bounds that the document has, each so many times the time of the part before, which has half as much text. */
  readonly growth: Readonly<Record<string, number>>;
  /** What a document of twice the bounds, which is refused, takes of the time of one that is as large as they allow. */
  readonly refusal: number;
  /** Processor time of the one that is as large as the bounds allow, against that of the smallest one there is. */
  readonly timesSmallest: number;
  /** The longest time for which nobody else was answered, whatever the size, and the most processor time of one document. */
  readonly longestBlockMs: number;
  readonly mostProcessorMs: number;
}

type Way = 'http' | 'socket';
type Ask = (document: AskedDocument) => Promise<void>;

const PROGRAM = fileURLToPath(new URL('./documents.main.js', import.meta.url));
const PATH = '/tasker/graphql';
const PARTS = [0.125, 0.25, 0.5, 1] as const;
const BEYOND = 2;
/** Of each size; the first ones compile code. */
const WARM_UP = 10;
const ROUNDS = 25;

/** Asks processes of their own, one for each driver, over HTTP and over a WebSocket. */
export async function measureDocuments(url: string): Promise<DocumentMeasurement[]> {
  const measured: DocumentMeasurement[] = [];
  for (const driver of DRIVERS) {
    const server = await DocumentServer.open({ url, driver });
    try {
      const socket = await openSocket(server.port);
      for (const kind of DOCUMENT_KINDS) measured.push(await measure(server, 'http', kind, overHttp(server.port)));
      for (const kind of DOCUMENT_KINDS) measured.push(await measure(server, 'socket', kind, overSocket(socket)));
      socket.close();
    } finally {
      await server.close();
    }
  }
  return measured;
}

async function measure(server: DocumentServer, way: Way, kind: DocumentKind, ask: Ask): Promise<DocumentMeasurement> {
  const smallest = await effortsOf(server, () => ask({ query: way === 'http' ? '{ __typename }' : '{ x }' }));
  const efforts = new Map<number, readonly Effort[]>();
  for (const part of [...PARTS, BEYOND]) {
    let count = 0;
    const next = (): AskedDocument => documentOf(kind, part, `Q${part * 8}x${(count += 1)}x`, way === 'socket');
    efforts.set(part, await effortsOf(server, () => ask(next())));
  }
  const timeOf = (part: number): number => median(efforts.get(part)!.map(({ processorMs }) => processorMs));
  const all = [...efforts.values()].flat();
  return {
    driver: server.driver,
    way,
    kind,
    growth: Object.fromEntries(PARTS.slice(1).map((part) => [part, rounded(timeOf(part) / timeOf(part / 2))])),
    refusal: rounded(timeOf(BEYOND) / timeOf(1)),
    timesSmallest: rounded(timeOf(1) / median(smallest.map(({ processorMs }) => processorMs))),
    longestBlockMs: Math.round(Math.max(...all.map(({ blockMs }) => blockMs))),
    mostProcessorMs: Math.round(Math.max(...all.map(({ processorMs }) => processorMs))),
  };
}

async function effortsOf(server: DocumentServer, ask: () => Promise<void>): Promise<readonly Effort[]> {
  for (let round = 0; round < WARM_UP; round++) await ask();
  const efforts: Effort[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await server.effort();
    await ask();
    efforts.push(await server.effort());
  }
  return efforts;
}

class DocumentServer {
  private constructor(
    private readonly child: ChildProcess,
    readonly driver: DriverName,
    readonly port: number,
  ) {}

  static async open(args: DocumentArguments): Promise<DocumentServer> {
    const child = fork(PROGRAM, [JSON.stringify(args)]);
    const [port] = (await once(child, 'message')) as [number];
    return new DocumentServer(child, args.driver, port);
  }

  /** What it did since this was last asked. */
  async effort(): Promise<Effort> {
    const answer = once(this.child, 'message');
    this.child.send('effort');
    return ((await answer) as [Effort])[0];
  }

  async close(): Promise<void> {
    this.child.send('stop');
    await once(this.child, 'exit');
  }
}

function overHttp(port: number): Ask {
  return async (document) => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify(document);
    const answer = await fetch(`http://127.0.0.1:${port}${PATH}`, { method: 'POST', headers, body });
    await answer.arrayBuffer();
    if (answer.status >= 500) throw new Error(`A document was answered with ${answer.status}.`);
  };
}

async function openSocket(port: number): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${PATH}`, 'graphql-transport-ws');
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init' }));
  await once(socket, 'message');
  return socket;
}

/** What is followed is not answered; a ping is, after all that came before it. */
function overSocket(socket: WebSocket): Ask {
  let count = 0;
  return async (payload) => {
    const id = String((count += 1));
    const done = heard(socket, 'pong');
    socket.send(JSON.stringify({ id, type: 'subscribe', payload }));
    socket.send(JSON.stringify({ id, type: 'complete' }));
    socket.send(JSON.stringify({ type: 'ping' }));
    await done;
  };
}

function heard(socket: WebSocket, type: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('close', (code) => reject(new Error(`The socket was closed with ${code}.`)));
    const listen = (data: Buffer): void => {
      if ((JSON.parse(data.toString()) as { readonly type: string }).type !== type) return;
      socket.off('message', listen).removeAllListeners('close');
      resolve();
    };
    socket.on('message', listen);
  });
}

function rounded(value: number): number {
  return Number(value.toFixed(2));
}
