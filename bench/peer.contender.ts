import { runProgram } from './child.program.js';
import type { Contender, Figures } from './contender.js';
import { idle, inNewDatabase } from './database.js';
import { percentilesOf } from './percentiles.js';
import { onNewRedis, redisVersion, type Fsync } from './redis.server.js';
import type { Workload, WorkloadName } from './workloads.js';

const LONE_TASKS = 100;

/** What the program of the peers says of each of them. */
interface Description {
  readonly name: string;
  readonly version: string;
  readonly store: 'postgres' | 'redis everysec' | 'redis always';
  readonly setup: string;
  readonly persists: string;
  readonly cannot: Readonly<Partial<Record<WorkloadName, string>>>;
}

/** The peers of those names; `program` runs any of them. */
export async function peerContenders(
  program: string,
  names: readonly string[],
  serverUrl: string,
): Promise<Contender[]> {
  const descriptions = (await runProgram(program, ['describe'])).message as Description[];
  return names.map((name) => {
    const description = descriptions.find((each) => each.name === name);
    if (!description) throw new Error(`The program of the peers does not know "${name}".`);
    return contender(program, description, serverUrl);
  });
}

function contender(program: string, description: Description, serverUrl: string): Contender {
  const { name, version, setup, persists, store, cannot } = description;
  const [kind, fsync] = store.split(' ') as ['postgres'] | ['redis', Fsync];
  const needsRedis = kind === 'redis' && redisVersion() === undefined;
  return {
    name,
    version,
    setup,
    persists,
    whyNot: (workload) => (needsRedis ? 'there is no redis-server on the PATH' : cannot[workload.name]),
    measure: (workload, tasks) => {
      const phases = new Phases(program, name, workload);
      if (kind === 'redis') return onNewRedis(fsync, (url) => phases.measure(url, tasks, () => Promise.resolve()));
      return inNewDatabase(serverUrl, name, (url, client) => phases.measure(url, tasks, () => idle(client)));
    },
  };
}

/** A measurement of a peer in its three phases, each a process of its own. */
class Phases {
  constructor(
    private readonly program: string,
    private readonly peer: string,
    private readonly workload: Workload,
  ) {}

  async measure(url: string, tasks: number, rest: () => Promise<void>): Promise<Figures> {
    const { startPerSecond } = await this.run<{ startPerSecond: number }>('start', url, tasks);
    const { steps, stepsPerSecond } = await this.run<{ steps: number; stepsPerSecond: number }>('run', url, tasks);
    const expected = tasks * this.workload.stepsPerTask;
    if (steps !== expected) throw new Error(`${steps} steps were completed, ${expected} were expected.`);
    await rest();
    const { took } = await this.run<{ took: number[] }>('lone', url, LONE_TASKS);
    return {
      startPerSecond: Math.round(startPerSecond),
      stepsPerSecond: Math.round(stepsPerSecond),
      latencyMs: percentilesOf(took),
    };
  }

  private async run<T>(phase: string, url: string, tasks: number): Promise<T> {
    const { message } = await runProgram(this.program, [phase, this.peer, this.workload.name, `${tasks}`, url]);
    return message as T;
  }
}
