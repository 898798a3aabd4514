import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { openGraphqlApp, type DriverName } from './graphql.app.js';

/** What a process that serves GraphQL is told. */
export interface DocumentArguments {
  readonly url: string;
  readonly driver: DriverName;
}

/** What it did since it was last asked. */
export interface Effort {
  readonly processorMs: number;
  /** The longest time for which nobody else was answered. */
  readonly blockMs: number;
}

// A process that serves GraphQL and tells how much it had to do. Ends when its parent does or says so.
const { url, driver } = JSON.parse(process.argv[2]!) as DocumentArguments;
process.on('disconnect', () => process.exit(0));
const app = await openGraphqlApp(url, driver);
await app.listen(0, '127.0.0.1');

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
let before = process.cpuUsage();

process.on('message', (message) => {
  if (message === 'stop') {
    void app.close().then(() => process.exit(0));
    return;
  }
  const { user, system } = process.cpuUsage(before);
  process.send?.({ processorMs: (user + system) / 1_000, blockMs: delay.max / 1_000_000 } satisfies Effort);
  delay.reset();
  before = process.cpuUsage();
});
process.send?.(((app.getHttpServer() as Server).address() as AddressInfo).port);
