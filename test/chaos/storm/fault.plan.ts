import { randomFrom } from '../../support/random.js';

/** What a fault strikes; no two faults at a time strike the same one. */
type Subject = 'worker' | 'server' | 'connections' | 'network' | 'locks' | 'disk' | 'rules' | 'publications';

/** What befalls these keeps no process from starting or closing. */
export const HARMLESS_SUBJECTS: ReadonlySet<Subject> = new Set(['worker', 'rules', 'publications']);

interface Kind {
  readonly subject: Subject;
  /** How long it lasts, from and to, in milliseconds. */
  readonly lastsMs: readonly [number, number];
  /** Of several ways one is picked. */
  readonly ways: readonly string[];
}

/** The lease of the workers is two seconds: whatever is to outlast it takes more than that. */
export const FAULT_KINDS = {
  /** SIGKILL; another process takes the place after a while. */
  kill: { subject: 'worker', lastsMs: [0, 3_000], ways: [''] },
  /**
   * Ended as by a deployment, with whatever that finishes or hands back, and followed at once by another process. What its
   * handlers use is closed in `onModuleDestroy`, or before everything else.
   */
  deploy: { subject: 'worker', lastsMs: [0, 0], ways: ['', 'clients close first'] },
  /** SIGSTOP, later SIGCONT. */
  pause: { subject: 'worker', lastsMs: [2_500, 4_500], ways: [''] },
  /** A step that does not let go of the event loop. */
  block: { subject: 'worker', lastsMs: [2_500, 4_000], ways: [''] },
  wrongClock: { subject: 'worker', lastsMs: [3_000, 8_000], ways: ['an hour ahead', 'an hour behind'] },
  /** PostgreSQL ends in immediate mode, and recovers. */
  restart: { subject: 'server', lastsMs: [0, 2_000], ways: [''] },
  cutWorker: { subject: 'worker', lastsMs: [0, 0], ways: [''] },
  cutSome: { subject: 'connections', lastsMs: [0, 0], ways: ['every other', 'every third', 'all'] },
  /** The server does what it is asked, its answers get lost, and the connections break in the end. */
  loseAnswers: { subject: 'network', lastsMs: [50, 1_000], ways: [''] },
  /** Connections drop all that is said on them, and no error says so. */
  silence: { subject: 'network', lastsMs: [500, 2_000], ways: ['those that are open', 'new ones, too'] },
  /** Another session keeps what everyone needs, as on a disk that answers late. */
  lock: {
    subject: 'locks',
    lastsMs: [1_000, 3_000],
    ways: ['all workflow_steps', 'rows of tasks', 'rows of workflow_steps', 'rows of ready_steps', 'rows of workers'],
  },
  /** Writes fail by chance, with the code that PostgreSQL has for a full disk. */
  diskFull: {
    subject: 'disk',
    lastsMs: [1_000, 2_000],
    ways: ['workflow_step_transitions', 'task_transitions', 'ready_steps', 'tasks'],
  },
  /** Triggers of the host's refuse what is written of some tasks; it lasts until an outcome was refused and a neighbour came through. */
  poison: { subject: 'rules', lastsMs: [1_500, 3_000], ways: ['23514', '22023', 'P0001'] },
  /** All tables are published for logical replication; it lasts until a task with a limit came through. */
  publication: { subject: 'publications', lastsMs: [1_500, 3_000], ways: [''] },
} as const satisfies Record<string, Kind>;

export type FaultKind = keyof typeof FAULT_KINDS;

export interface Fault {
  readonly kind: FaultKind;
  /** From the beginning of the storm, in milliseconds. */
  readonly atMs: number;
  readonly lastsMs: number;
  /** Number of the worker that it strikes, or null. */
  readonly victim: number | null;
  readonly way: string;
}

export interface StormSettings {
  readonly seed: number;
  readonly durationMs: number;
  readonly workers: number;
}

/** Between one fault and the next, so that some overlap. */
const GAP_MS = [300, 1_800] as const;
/** A new process takes about this long before it runs steps, and is spared meanwhile. */
const START_UP_MS = 3_000;
/** Nothing begins so late that it would not be over, more or less, when the storm is. */
const LONGEST_MS = 4_500;

/**
 * The faults of a storm in their order; the same for the same settings. Kinds are dealt like cards: each comes once before
 * any comes again, so that a short storm has them all.
 */
export function planFaults({ seed, durationMs, workers }: StormSettings): readonly Fault[] {
  const random = randomFrom(seed);
  const between = ([from, to]: readonly [number, number]): number => Math.round(from + random() * (to - from));
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  const busyUntil = new Map<string, number>();
  const faults: Fault[] = [];
  let deck: FaultKind[] = [];
  for (let atMs = between(GAP_MS); atMs < durationMs - LONGEST_MS; atMs += between(GAP_MS)) {
    const targets = (kind: FaultKind): string[] =>
      targetsOf(kind, workers).filter((target) => (busyUntil.get(target) ?? 0) <= atMs);
    if (deck.length === 0) deck = shuffled(Object.keys(FAULT_KINDS) as FaultKind[], random);
    const kind = deck.find((each) => targets(each).length > 0);
    if (!kind) continue;
    deck = deck.filter((each) => each !== kind);
    const target = pick(targets(kind));
    const { lastsMs: range, ways, subject }: Kind = FAULT_KINDS[kind];
    const lastsMs = between(range);
    busyUntil.set(target, atMs + lastsMs + START_UP_MS);
    faults.push({ kind, atMs, lastsMs, victim: subject === 'worker' ? Number(target) : null, way: pick(ways) });
  }
  return faults;
}

function targetsOf(kind: FaultKind, workers: number): string[] {
  const { subject } = FAULT_KINDS[kind];
  return subject === 'worker' ? Array.from({ length: workers }, (_, n) => `${n}`) : [subject];
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => [random(), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);
}

/** `  4.1 s  pause worker 2 for 3.0 s`. */
export function describeFault({ kind, atMs, lastsMs, victim, way }: Fault): string {
  const seconds = (milliseconds: number): string => `${(milliseconds / 1_000).toFixed(1)} s`;
  const parts = [
    seconds(atMs).padStart(8),
    ` ${kind}`,
    victim === null ? '' : `worker ${victim + 1}`,
    way && `(${way})`,
    lastsMs > 0 ? `for ${seconds(lastsMs)}` : '',
  ];
  return parts.filter((part) => part !== '').join(' ');
}
