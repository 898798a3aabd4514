import { once } from 'node:events';
import type { Server, ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Change } from '../live/change.js';
import type { ChangeStream } from '../live/change.stream.js';
import { problemDocument } from './problem.document.js';

/** Proxies give a connection up on which nothing comes for half a minute or a minute. */
const HEARTBEAT_MS = 15_000;
/** How soon it is seen that the server takes no more requests. */
const CLOSING_CHECK_MS = 500;
/** For what was written to arrive. */
const END_MS = 1_000;
/** One that takes nothing for so long will not do so any more, but keeps a listener's place and what waits for it. */
const STALLED_MS = 60_000;
/** After which a browser comes back. */
const RETRY_MS = 1_000;

/** What Fastify gives for an answer; that of Express is Node's own. */
interface FastifyReply {
  readonly raw: ServerResponse;
  hijack(): void;
  getHeaders(): Readonly<Record<string, number | string | string[]>>;
}

/**
 * Answers with changes as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html), until the
 * caller leaves or the process ends. Not by Nest's `@Sse()`, which neither waits for a slow reader nor leaves an id alone.
 */
@Injectable()
export class EventStreamAnswer {
  constructor(private readonly host: HttpAdapterHost) {}

  /** Fires when the caller leaves, which is to end the stream. */
  leaving(response: unknown): AbortSignal {
    const leaving = new AbortController();
    const raw = this.rawOf(response);
    raw.once('close', () => leaving.abort());
    if (raw.destroyed) leaving.abort(); // it left while it was found out who it is
    return leaving.signal;
  }

  /**
   * Each change is an event by its name, whose id is its position: what a browser comes back with in `Last-Event-ID`. If the stream
   * ends for a reason, the last event says so.
   *
   * @param show answers a change as the caller may see it
   */
  async send(
    stream: ChangeStream,
    response: unknown,
    show: (change: Change) => Promise<Change> = (change) => Promise.resolve(change),
  ): Promise<void> {
    const raw = this.begin(response);
    raw.write(`retry: ${RETRY_MS}\n${positionText('ready', stream)}`);
    let isDeciding = false; // about a change that the position includes already
    // The caller keeps its id: one who listens for what is rare need not read from long ago. With a name and data, as some
    // clients pass over a block that has an id only.
    const heartbeat = setInterval(() => {
      if (!raw.writableNeedDrain && !isDeciding) raw.write(positionText('heartbeat', stream));
    }, HEARTBEAT_MS);
    const stopWatching = this.whenClosing(() => stream.close());
    const closed = new AbortController();
    void stream.closed.then(() => closed.abort());
    try {
      for await (const change of stream) {
        isDeciding = true;
        const shown = await show(change);
        if (stream.reason !== null) break;
        const hasRoom = raw.write(eventText(shown));
        isDeciding = false;
        const isTaken = hasRoom || (await takes(raw, closed.signal));
        // What is left comes to whoever asks again, from the last id.
        if (!isTaken || stream.isOver) break;
      }
      if (stream.reason !== null) raw.write(endText(stream));
    } finally {
      clearInterval(heartbeat);
      stopWatching();
      end(raw);
    }
  }

  /** The same without a body, as `HEAD` wants it: nothing would ever come, and the caller waits for the end. */
  sendHeaders(response: unknown): void {
    this.begin(response).end();
  }

  /** Asks the caller to come back, by when another process may take the request. A browser that is refused never would. */
  sendAway(response: unknown): void {
    this.begin(response).end(`retry: ${RETRY_MS}\n\n`);
  }

  /**
   * Whoever closes the server waits for its answers, and this one does not end by itself. When the module hears of the shutdown
   * is a matter of the order of imports: a server of GraphQL that was imported later has closed it before, and waits.
   */
  private whenClosing(act: () => void): () => void {
    const server = this.host.httpAdapter.getHttpServer() as Server;
    if (!server.listening) return () => undefined; // the host has a server of its own, which is not known here
    const timer = setInterval(() => {
      if (!server.listening) act();
    }, CLOSING_CHECK_MS);
    return () => clearInterval(timer);
  }

  private rawOf(response: unknown): ServerResponse {
    const isFastify = this.host.httpAdapter.getType() === 'fastify';
    return isFastify ? (response as FastifyReply).raw : (response as ServerResponse);
  }

  private begin(response: unknown): ServerResponse {
    const raw = this.rawOf(response);
    if (raw !== response) {
      const reply = response as FastifyReply;
      reply.hijack();
      for (const [name, value] of Object.entries(reply.getHeaders())) raw.setHeader(name, value);
    }
    raw.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      // A proxy that gathers or compresses would hold events back.
      'Cache-Control': 'no-cache, no-transform',
      'X-Accel-Buffering': 'no',
      // Kept alive for another request, it would hold up a server that shuts down.
      Connection: 'close',
    });
    return raw;
  }
}

/** One that does not read would never have got all, and so hold up a server that shuts down. */
function end(raw: ServerResponse): void {
  raw.end();
  setTimeout(() => raw.destroy(), END_MS).unref();
}

/** Waits until the caller takes more. Whether it did, in time and before the end. */
async function takes(raw: ServerResponse, closed: AbortSignal): Promise<boolean> {
  const given = new AbortController();
  const giveUp = (): void => given.abort();
  const timer = setTimeout(giveUp, STALLED_MS);
  closed.addEventListener('abort', giveUp);
  if (closed.aborted) giveUp();
  try {
    await once(raw, 'drain', { signal: given.signal });
    return true;
  } catch {
    return false; // an abort, or an error of the connection, with which the stream closes
  } finally {
    clearTimeout(timer);
    closed.removeEventListener('abort', giveUp);
  }
}

/** An event that says how far the caller has been told everything. */
function positionText(event: 'ready' | 'heartbeat', { position }: ChangeStream): string {
  return `event: ${event}\nid: ${position}\ndata: ${JSON.stringify({ position })}\n\n`;
}

/** Why the stream ends, as a request would be refused. It has no id: the last change may not have been sent. */
function endText({ reason }: ChangeStream): string {
  const { code, detail: message } = problemDocument(reason, '');
  return `event: end\ndata: ${JSON.stringify({ code, message })}\n\n`;
}

function eventText(change: Change): string {
  return `event: ${change.event}\nid: ${change.position}\ndata: ${JSON.stringify(change)}\n\n`;
}
