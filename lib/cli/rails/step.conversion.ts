import { isMap, isScalar, isSeq, type Document, type YAMLMap } from 'yaml';
import type { TakeNote } from './import.note.js';
import { convertConfig } from './handler-config.conversion.js';
import { convertEvents, leaveOutUnknown, type RailsStep } from './template.parts.js';
import { drop, entriesOf, pairAt, rename, valueAt } from './yaml.map.js';

export interface StepSurroundings {
  readonly document: Document;
  readonly names: ReadonlyMap<string, string>;
  /** Keys that a step may have. */
  readonly keys: readonly string[];
  readonly note: TakeNote;
}

/**
 * Converts a step, or the part of one that an overlay changes.
 *
 * @param base the step that the overlay changes, as Rails Tasker reads it
 */
export function convertStep(step: YAMLMap, around: StepSurroundings, base?: RailsStep): void {
  const { note } = around;
  leaveOutUnknown(step, around.keys, 'a step', note);
  convertHandler(step, around);
  convertDependencies(step, around, base);
  convertRetries(step, note);
  convertConfig(step, around.document, note, base);
  convertEvents(step, note);
  const skippable = pairAt(step, 'skippable');
  if (valueAt(step, 'skippable') === true) {
    note(
      'differs',
      skippable!.key,
      '"skippable" had no effect. Here a request may bypass the step, and a person may skip it.',
    );
  }
}

function convertHandler(step: YAMLMap, { names, note }: StepSurroundings): void {
  const pair = pairAt(step, 'handler_class');
  const className = valueAt(step, 'handler_class');
  const name = typeof className === 'string' ? names.get(className) : undefined;
  if (pair === undefined || name === undefined || pairAt(step, 'handler') !== undefined) return;
  rename(pair, 'handler');
  if (isScalar(pair.value)) pair.value.value = name;
  note('changed', pair.key, '"handler_class" became "handler", with a name for each class (see below).');
}

/**
 * In Rails Tasker a step waits for the steps that both of its keys name, and each key of an overlay replaces only itself. With a
 * single key for both, an overlay must repeat what the base says with its other key.
 */
function convertDependencies(step: YAMLMap, { document, note }: StepSurroundings, base: RailsStep = {}): void {
  const keys = ['depends_on_step', 'depends_on_steps'];
  const own = keys.flatMap((key) => pairAt(step, key) ?? []);
  const [first] = own;
  if (first === undefined || pairAt(step, 'depends_on') !== undefined) return;
  const names = keys.flatMap((key) => (step.has(key) ? valueAt(step, key) : base[key]) ?? []);
  const parents = [...new Set(names)];
  for (const pair of own) if (pair !== first) drop(step, pair);
  note('changed', first.key, '"depends_on" names all steps that a step waits for.');
  if (parents.length === 0 && Object.keys(base).length === 0) {
    drop(step, first);
    return;
  }
  rename(first, 'depends_on');
  if (own.length === 1 && isSeq(first.value) && first.value.items.length === parents.length) return;
  first.value = document.createNode(parents.length === 1 ? parents[0] : parents, { flow: true });
}

function convertRetries(step: YAMLMap, note: TakeNote): void {
  const retryable = pairAt(step, 'default_retryable');
  if (retryable !== undefined) {
    rename(retryable, 'retryable');
    note('changed', retryable.key, '"default_retryable" is "retryable".');
    if (valueAt(step, 'retryable') === false) {
      note('differs', retryable.key, 'Rails Tasker never ran a step that is not retryable. Here it runs once.');
    }
  }
  const limit = pairAt(step, 'default_retry_limit');
  if (limit === undefined) return;
  rename(limit, 'retry_limit');
  note('changed', limit.key, '"default_retry_limit" became "retry_limit"; both include the first attempt.');
  const attempts = valueAt(step, 'retry_limit');
  if (typeof attempts !== 'number' || attempts >= 1) return;
  step.set('retry_limit', 1);
  note(
    'differs',
    limit.key,
    `A limit of ${attempts} meant that the step never runs. Here it runs once: retry_limit is 1.`,
  );
}

/** The unconverted steps, for the overlays that change them. */
export function readSteps(steps: readonly YAMLMap[]): ReadonlyMap<unknown, RailsStep> {
  return new Map(
    steps.map((step) => [
      valueAt(step, 'name'),
      Object.fromEntries(entriesOf(step).map(([key]) => [key, valueAt(step, key)])),
    ]),
  );
}

/** Removes overlays of steps that the template does not have; Rails Tasker ignores them. */
export function leaveOutStrangers(list: unknown, known: ReadonlySet<unknown>, note: TakeNote): void {
  if (!isSeq(list)) return;
  list.items = list.items.filter((step) => {
    if (!isMap(step) || known.has(valueAt(step, 'name'))) return true;
    note(
      'left out',
      step,
      `The template has no step "${String(valueAt(step, 'name'))}", and an overlay cannot add one.`,
    );
    return false;
  });
}
