import { quoted } from '../writing/quoted';
import { EXAMPLES } from './event.examples';

/** The names of all events. */
export const EVENTS: readonly string[] = Object.keys(EXAMPLES);

export const ANY = '*';

/** What an event is about: the beginning of its name. */
export function subjectOf(event: string): string {
  return event.slice(0, event.indexOf('.'));
}

type Fields = Readonly<Record<string, unknown>>;

const { from: _from, to: _to, ...TASK } = EXAMPLES['task.completed'] as Fields;
const STEP = EXAMPLES['step.before_handle'] as Fields;
const WORKER = EXAMPLES['worker.lost'] as Fields;

/** The constants of which examples are made, the largest first. */
const BASES: Readonly<Record<string, Fields>> = { STEP, TASK, WORKER };

/** The constants that `exampleOf` refers to, for these events. */
export function exampleConstants(events: readonly string[]): string {
  const used = new Set(events.map((event) => baseOf(event)));
  const lines = [
    (used.has('TASK') || used.has('STEP')) && `const TASK = ${literal(TASK)};\n`,
    used.has('STEP') && `const STEP = { ...TASK, ${fields(without(STEP, TASK))} };\n`,
    used.has('WORKER') && `const WORKER = ${literal(WORKER)};\n`,
  ];
  return lines.filter((line) => line !== false).join('');
}

/** An example of the event's payload, as code. */
export function exampleOf(event: string): string {
  const example = EXAMPLES[event] as Fields;
  const base = baseOf(event);
  if (base === undefined) return literal(example);
  const own = without(example, BASES[base]!);
  return Object.keys(own).length === 0 ? base : `{ ...${base}, ${fields(own)} }`;
}

function baseOf(event: string): string | undefined {
  const example = EXAMPLES[event] as Fields;
  return Object.keys(BASES).find((base) => Object.keys(without(BASES[base]!, example)).length === 0);
}

/** The fields that the other object does not have with the same value. */
function without(object: Fields, other: Fields): Fields {
  return Object.fromEntries(Object.entries(object).filter(([key, value]) => other[key] !== value));
}

function literal(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  return typeof value === 'object' && value !== null ? `{ ${fields(value as Fields)} }` : String(value);
}

function fields(object: Fields): string {
  return Object.entries(object)
    .map(([key, value]) => `${key}: ${literal(value)}`)
    .join(', ');
}
