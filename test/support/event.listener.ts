import { get, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

/** One event as it came over the wire. */
export interface ReceivedEvent {
  readonly id: string;
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** A listener to server-sent events. */
export interface EventListener {
  readonly headers: IncomingHttpHeaders;
  /** The events from here on up to the first of this name, and it. */
  takeUntil(event: string): Promise<readonly ReceivedEvent[]>;
  /** The next event; undefined: the stream has ended. */
  next(): Promise<ReceivedEvent | undefined>;
  /** Resolves when the server ended the connection. */
  readonly ended: Promise<void>;
  /** Reads no more. */
  pause(): void;
  close(): void;
}

/** @throws when the answer is no stream of events */
export async function listenTo(url: string, headers: Readonly<Record<string, string>> = {}): Promise<EventListener> {
  const response = await new Promise<IncomingMessage>((resolve, reject) =>
    get(url, { headers, agent: false }, resolve).on('error', reject),
  );
  if (response.statusCode !== 200) {
    throw new Error(`GET ${url} was answered with ${response.statusCode}: ${await text(response)}`);
  }
  const events = eventsOf(response.setEncoding('utf8'));
  return {
    headers: response.headers,
    takeUntil: async (event) => {
      const taken: ReceivedEvent[] = [];
      for (;;) {
        const { value, done } = await events.next();
        if (done) throw new Error(`The stream ended before ${event}: ${taken.map((each) => each.event).join(', ')}`);
        taken.push(value);
        if (value.event === event) return taken;
      }
    },
    next: async () => (await events.next()).value,
    get ended() {
      return (async () => {
        while (!(await events.next()).done);
      })();
    },
    pause: () => response.socket.pause(),
    close: () => response.destroy(),
  };
}

/** Blocks without data are no events. */
async function* eventsOf(parts: AsyncIterable<string>): AsyncGenerator<ReceivedEvent, undefined> {
  let received = '';
  for await (const part of parts) {
    received += part;
    for (let end = received.indexOf('\n\n'); end >= 0; end = received.indexOf('\n\n')) {
      const lines = received.slice(0, end).split('\n');
      const { id, event, data } = Object.fromEntries(lines.map((line) => line.split(/: (.*)/s, 2))) as Record<
        string,
        string
      >;
      received = received.slice(end + 2);
      if (data !== undefined) yield { id: id!, event: event!, data: JSON.parse(data) as Record<string, unknown> };
    }
  }
  return undefined;
}
