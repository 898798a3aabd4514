import { once } from 'node:events';
import type { Server, ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Change } from '../live/change.js';
import type { ChangeStream } from '../live/change.stream.js';
import { problemDocument } from './problem.document.js';
import { beginRaw, rawOf } from './raw.response.js';

/** Proxies close a connection without data after half a minute or a minute. */
const HEARTBEAT_MS = 15_000;
/** The interval of checking whether the server still accepts requests, in milliseconds. */
const CLOSING_CHECK_MS = 500;
/** The time for written data to arrive, in milliseconds. */
const END_MS = 1_000;
/** A caller that reads nothing for this time is given up, because it occupies a listener's place and memory. */
const STALLED_MS = 60_000;
/** The time after which a browser reconnects, in milliseconds. */
const RETRY_MS = 1_000;

/**
 * Answers with changes as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html), until
 * the caller disconnects or the process ends. Does not use Nest's `@Sse()`, which neither waits for slow readers nor
 * keeps ids unchanged.
 */
@Injectable()
export class EventStreamAnswer {
  constructor(private readonly host: HttpAdapterHost) {}

  /** A signal that is aborted when the caller disconnects, which must end the stream. */
  leaving(response: unknown): AbortSignal {
    const leaving = new AbortController();
    const raw = rawOf(this.host.httpAdapter, response);
    raw.once('close', () => leaving.abort());
    if (raw.destroyed) leaving.abort(); // it disconnected during its authentication
    return leaving.signal;
  }

  /**
   * Sends each change as an event with its name. The id of the event is its position, which a browser sends as
   * `Last-Event-ID` when it reconnects. If the stream ends for a reason, the last event contains it.
   *
   * @param show returns a change as the caller may see it
   */
  async send(
    stream: ChangeStream,
    response: unknown,
    show: (change: Change) => Promise<Change> = (change) => Promise.resolve(change),
  ): Promise<void> {
    const raw = this.begin(response);
    raw.write(`retry: ${RETRY_MS}\n${positionText('ready', stream)}`);
    let isDeciding = false; // true while `show` decides about a change that the position already includes
    // The id moves the position of the caller forward: without it, a caller whose filter rarely matches would resume
    // from long ago. The event has a name and data, because some clients ignore an event that has only an id.
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
        // The caller gets the rest when it reconnects with its last id.
        if (!isTaken || stream.isOver) break;
      }
      if (stream.reason !== null) raw.write(endText(stream));
    } finally {
      clearInterval(heartbeat);
      stopWatching();
      end(raw);
    }
  }

  /** Sends only the headers, for `HEAD`, and ends the answer, because the caller waits for its end. */
  sendHeaders(response: unknown): void {
    this.begin(response).end();
  }

  /**
   * Asks the caller to reconnect later, when another process may take the request. After a refusal, a browser would
   * never reconnect.
   */
  sendAway(response: unknown): void {
    this.begin(response).end(`retry: ${RETRY_MS}\n\n`);
  }

  /**
   * Calls `act` when the server closes. Closing waits for all answers, but a stream does not end by itself. Depending
   * on the order of imports, a GraphQL server may close the HTTP server, and wait, before this module is notified of
   * the shutdown.
   */
  private whenClosing(act: () => void): () => void {
    const server = this.host.httpAdapter.getHttpServer() as Server;
    if (!server.listening) return () => undefined; // the host has its own server, which is unknown here
    const timer = setInterval(() => {
      if (!server.listening) act();
    }, CLOSING_CHECK_MS);
    return () => clearInterval(timer);
  }

  private begin(response: unknown): ServerResponse {
    return beginRaw(this.host.httpAdapter, response, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      // A proxy that buffers or compresses would delay events.
      'Cache-Control': 'no-cache, no-transform',
      'X-Accel-Buffering': 'no',
    });
  }
}

/** A caller that does not read would never receive everything, and so delay the shutdown of the server. */
function end(raw: ServerResponse): void {
  raw.end();
  setTimeout(() => raw.destroy(), END_MS).unref();
}

/** Waits until the caller reads more. Returns whether it did so in time and before the end of the stream. */
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
    return false; // an abort, or an error of the connection, which closes the stream
  } finally {
    clearTimeout(timer);
    closed.removeEventListener('abort', giveUp);
  }
}

/** An event with the position up to which the caller has received everything. */
function positionText(event: 'ready' | 'heartbeat', { position }: ChangeStream): string {
  return `event: ${event}\nid: ${position}\ndata: ${JSON.stringify({ position })}\n\n`;
}

/**
 * An event with the reason for the end, like the refusal of a request. Without an id, because the last change may not
 * have been sent.
 */
function endText({ reason }: ChangeStream): string {
  const { code, detail: message } = problemDocument(reason, '');
  return `event: end\ndata: ${JSON.stringify({ code, message })}\n\n`;
}

function eventText(change: Change): string {
  return `event: ${change.event}\nid: ${change.position}\ndata: ${JSON.stringify(change)}\n\n`;
}
