import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { pipeline, Transform } from 'node:stream';

/** The last that a server says to a client that connects: it may ask now. */
const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

/** A way to a PostgreSQL server that breaks connections at the worst of moments. */
export class BreakingProxy {
  /** While true, the server ends a connection in the same breath in which it opens it. */
  breaksNew = false;
  /** While true, what is said on a connection that is opened goes nowhere. */
  silencesNew = false;
  private losesAnswers = false;
  private readonly clients = new Set<Socket>();
  /** Those that wait for an answer that was lost. */
  private readonly deaf = new Set<Socket>();
  /** Those on which nothing goes through any more, not even their end. */
  private readonly silent = new Set<Socket>();
  private readonly listener = createServer((client) => this.join(client));

  private constructor(private readonly server: URL) {}

  static async open(serverUrl: string): Promise<BreakingProxy> {
    const proxy = new BreakingProxy(new URL(serverUrl));
    proxy.listener.listen(0, '127.0.0.1');
    await once(proxy.listener, 'listening');
    return proxy;
  }

  get url(): string {
    const url = new URL(this.server);
    url.port = `${(this.listener.address() as AddressInfo).port}`;
    return url.href;
  }

  /** From now on the server does what it is asked, and nobody hears of it; until `breakDeaf`. */
  loseAnswers(): void {
    this.losesAnswers = true;
  }

  /** Breaks the connections on which an answer was lost. */
  breakDeaf(): void {
    this.losesAnswers = false;
    for (const client of this.deaf) client.destroy();
    this.deaf.clear();
  }

  /** From now on nothing goes through on the connections that are open, and nobody is told; answers how many these are. */
  silenceOpen(): number {
    for (const client of this.clients) this.silent.add(client);
    return this.clients.size;
  }

  /** Breaks every connection that is open. */
  breakOpen(): void {
    for (const client of this.clients) client.destroy();
  }

  /** Breaks whatever is still open. */
  async close(): Promise<void> {
    this.listener.close();
    this.breakOpen();
    await once(this.listener, 'close');
  }

  private join(client: Socket): void {
    const server = connect(Number(this.server.port), this.server.hostname);
    if (this.silencesNew) this.silent.add(client);
    const questions = this.passage(client);
    const answers = this.passage(client, (said) => {
      if (this.losesAnswers) {
        this.deaf.add(client);
        return undefined;
      }
      if (!this.breaksNew || !said.subarray(-READY.length).equals(READY)) return said;
      server.end();
      return Buffer.concat([said, farewell()]);
    });
    this.clients.add(client);
    // What breaks on one side breaks on the other, too; there is nobody else to tell.
    pipeline(client, questions, server, answers, client, () => {
      for (const set of [this.clients, this.deaf, this.silent]) set.delete(client);
    });
  }

  /** One direction. Of what a silent connection says, nothing arrives; that it ended neither. */
  private passage(client: Socket, change: (said: Buffer) => Buffer | undefined = (said) => said): Transform {
    return new Transform({
      transform: (said: Buffer, _encoding, pass) => {
        if (!this.silent.has(client)) pass(null, change(said));
      },
      flush: (pass) => {
        if (!this.silent.has(client)) pass();
      },
    });
  }
}

/** What `pg_terminate_backend` makes a server say. */
function farewell(): Buffer {
  const fields = Buffer.from('SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0');
  const head = Buffer.from([0x45, 0, 0, 0, 0]);
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}
