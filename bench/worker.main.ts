import { openApp } from './bench.app.js';
import { workload, type WorkloadName } from './workloads.js';

/** What a worker process of the bench is told. */
export interface WorkerArguments {
  readonly url: string;
  readonly concurrency: number;
  readonly workload: WorkloadName;
  readonly templates: number;
  readonly queues: number;
}

/** How often it says how much memory it has. */
const REPORT_MS = 250;

// Ends when its parent does or says so.
const args = JSON.parse(process.argv[2]!) as WorkerArguments;
const load = workload(args.workload, args.templates, args.queues);
process.on('disconnect', () => process.exit(0));
const app = await openApp(args.url, load, { concurrency: args.concurrency });
process.send?.('ready');
setInterval(() => process.send?.(process.memoryUsage.rss()), REPORT_MS);
process.on('message', () => void app.close().then(() => process.exit(0)));
