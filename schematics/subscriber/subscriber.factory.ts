import type { Rule } from '@angular-devkit/schematics';
import { classSchematic } from '../writing/class.artefact';
import { listOf } from '../writing/names';
import type { ClassOptions } from '../writing/place.options';
import { Refusal } from '../writing/refusal';
import { ANY, EVENTS } from './event.names';
import { metricsArtefact } from './metrics.text';
import { subscriberArtefact } from './subscriber.text';

export interface SubscriberOptions extends ClassOptions {
  readonly events?: string | readonly string[];
  readonly metrics?: boolean;
}

const OF_TASKS = ['task.completed', 'task.failed'];

/** `subscriber`: a class that listens to events. */
export function subscriber(options: SubscriberOptions): Rule {
  if (options.metrics === true) return subscriberMetrics(options);
  const events = eventsOf(options, OF_TASKS);
  return classSchematic(subscriberArtefact(events.includes(ANY) ? [ANY] : events), options);
}

/** `subscriber-metrics`: a class that counts and measures. A separate schematic, because the Nest CLI does not pass on `--metrics`. */
export function subscriberMetrics(options: SubscriberOptions): Rule {
  const events = eventsOf(options, [...OF_TASKS, 'step.completed', 'step.failed']);
  if (events.includes(ANY)) throw new Refusal('Name the events to count; metrics do not support "*".');
  return classSchematic(metricsArtefact(events), options);
}

/** @throws Refusal if an event does not exist */
function eventsOf({ events }: SubscriberOptions, presets: readonly string[]): readonly string[] {
  const named = [...new Set(listOf(events))];
  const unknown = named.filter((event) => event !== ANY && !EVENTS.includes(event));
  if (unknown.length > 0) {
    throw new Refusal(`There is no event "${unknown.join('", "')}". Choose from ${[...EVENTS, ANY].join(', ')}.`);
  }
  return named.length > 0 ? named : presets;
}
