import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
import type pg from 'pg';
import type { BenchArguments } from './arguments.js';
import { run } from './measurement.js';
import { median, percentilesOf, type Percentiles } from './percentiles.js';
import type { ApiArguments } from './api.main.js';
import type { Workload } from './workloads.js';

export interface Readers {
  readonly workload: string;
  readonly tasks: number;
  readonly retained: number;
  readonly connections: number;
  /** All together; null: each asks again as soon as it was answered. */
  readonly requestsPerSecond: number | null;
  readonly apiConnections: number;
  /** Of the workers, while nobody reads and while all read. */
  readonly stepsPerSecond: { readonly alone: number; readonly withReaders: number; readonly ratio: number };
  /** While the workers ran. */
  readonly answeredPerSecond: number;
  readonly listMs: Percentiles;
  readonly showMs: Percentiles;
  readonly failures: number;
}

const PROGRAM = fileURLToPath(new URL('./api.main.js', import.meta.url));
const CONNECTIONS = 50;
/** No run takes so long. */
const LONGEST_SECONDS = 600;
/** How often a run with and one without readers come after each other. */
const ROUNDS = 3;

/** Lets people read lists and tasks over HTTP, from a process of its own, while the workers run, and looks at both. */
export async function measureReaders(
  of: Workload,
  url: string,
  client: pg.Client,
  args: BenchArguments,
): Promise<Readers> {
  const { retained, tasks, templates, queues, concurrency, requestsPerSecond, apiConnections } = args;
  if (retained > 0) await run(of, url, client, { ...args, tasks: retained });
  const api = await openApi({ url, concurrency, workload: of.name, templates, queues, connections: apiConnections });
  try {
    const reading = new Reading(`http://127.0.0.1:${api.port}`, await lastTask(client), requestsPerSecond);
    const speeds = { alone: [] as number[], withReaders: [] as number[] };
    for (let round = 0; round < ROUNDS; round++) {
      speeds.alone.push((await run(of, url, client, args)).stepsPerSecond);
      // What is started is not looked at, but what is run; so readers come and go with the workers.
      const { stepsPerSecond } = await run(of, url, client, args, () => reading.begin());
      speeds.withReaders.push(stepsPerSecond);
    }
    const alone = median(speeds.alone);
    const withReaders = median(speeds.withReaders);
    return {
      workload: of.name,
      tasks,
      retained,
      connections: CONNECTIONS,
      requestsPerSecond,
      apiConnections,
      stepsPerSecond: {
        alone: Math.round(alone),
        withReaders: Math.round(withReaders),
        ratio: Number((withReaders / alone).toFixed(2)),
      },
      ...reading.figures(),
    };
  } finally {
    api.child.send('stop');
    await once(api.child, 'exit');
  }
}

/** Half of the readers ask for pages, half for tasks in full, chosen at random among those that are there. */
class Reading {
  private readonly times = { list: [] as number[], show: [] as number[] };
  private failures = 0;
  private seconds = 0;

  constructor(
    private readonly url: string,
    private readonly lastTaskId: number,
    private readonly requestsPerSecond: number | null,
  ) {}

  /** Answers how to end it. */
  begin(): () => Promise<void> {
    const began = performance.now();
    const readers: (() => Promise<void>)[] = [];
    // Each asks what its second allows as soon as that begins; if all began at once, they would all be done at once.
    const starting = setInterval(() => {
      if (readers.length < CONNECTIONS) readers.push(this.read(readers.length % 2 === 0 ? 'list' : 'show'));
      else clearInterval(starting);
    }, 1_000 / CONNECTIONS);
    return async () => {
      clearInterval(starting);
      this.seconds += (performance.now() - began) / 1_000;
      await Promise.all(readers.map((stop) => stop()));
    };
  }

  figures(): Pick<Readers, 'answeredPerSecond' | 'listMs' | 'showMs' | 'failures'> {
    const { list, show } = this.times;
    return {
      answeredPerSecond: Math.round((list.length + show.length) / this.seconds),
      listMs: percentilesOf(list),
      showMs: percentilesOf(show),
      failures: this.failures,
    };
  }

  private read(kind: 'list' | 'show'): () => Promise<void> {
    const path = (): string =>
      kind === 'list' ? '/tasker/tasks' : `/tasker/tasks/${1 + Math.floor(Math.random() * this.lastTaskId)}`;
    const options: autocannon.Options = {
      url: this.url,
      connections: 1,
      duration: LONGEST_SECONDS,
      ...(this.requestsPerSecond !== null && { overallRate: Math.ceil(this.requestsPerSecond / CONNECTIONS) }),
      requests: [{ setupRequest: (request) => ({ ...request, path: path() }) }],
    };
    let instance!: autocannon.Instance;
    const over = new Promise<void>((resolve, reject) => {
      instance = autocannon(options, (error: Error | null, result) => {
        this.failures += result.errors;
        if (error) reject(error);
        else resolve();
      });
    });
    instance.on('response', (_client, status, _bytes, milliseconds) => {
      if (status === 200) this.times[kind].push(milliseconds);
      else this.failures++;
    });
    return async () => {
      instance.stop();
      await over;
    };
  }
}

async function openApi(args: ApiArguments): Promise<{ readonly child: ChildProcess; readonly port: number }> {
  const child = fork(PROGRAM, [JSON.stringify(args)], { stdio: ['ignore', 2, 2, 'ipc'] });
  const [port] = (await once(child, 'message')) as [number];
  return { child, port };
}

async function lastTask(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ last: string | null }>('select max(task_id) as last from tasker.tasks');
  return Number(rows[0]!.last ?? 1);
}
