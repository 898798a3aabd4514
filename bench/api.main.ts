import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { openHttpApp } from './bench.app.js';
import type { WorkerArguments } from './worker.main.js';
import { workload } from './workloads.js';

/** What a process that serves the API is told. */
export interface ApiArguments extends WorkerArguments {
  readonly connections: number;
}

// A process that serves the API and runs no steps. Ends when its parent does or says so.
const args = JSON.parse(process.argv[2]!) as ApiArguments;
process.on('disconnect', () => process.exit(0));
const app = await openHttpApp(args.url, workload(args.workload, args.templates, args.queues), args.connections);
await app.listen(0, '127.0.0.1');
process.send?.(((app.getHttpServer() as Server).address() as AddressInfo).port);
process.on('message', () => void app.close().then(() => process.exit(0)));
