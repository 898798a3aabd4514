import { itemsOf, propertyOf } from './step.outline.js';
import type { DocumentPath } from './document.path.js';
import type { Finding } from './template.problem.js';

/** The first segments of the names of the engine's own events. */
const RESERVED_SEGMENTS = ['task', 'step', 'workflow', 'observability', 'test'];

/** Finds names of custom events that could be mistaken for the engine's. The JSON Schema checks their format. */
export function customEventFindings(document: unknown): Finding[] {
  const steps = itemsOf(propertyOf(document, 'step_templates'));
  const holders = [
    { holder: document, path: [] },
    ...steps.map((holder, index) => ({ holder, path: ['step_templates', index] })),
  ];
  return holders.flatMap(({ holder, path }) => reservedNames(holder, path));
}

function reservedNames(holder: unknown, path: DocumentPath): Finding[] {
  return itemsOf(propertyOf(holder, 'custom_events')).flatMap((event, index) => {
    const name = propertyOf(event, 'name');
    const segment = typeof name === 'string' ? name.split('.')[0]!.toLowerCase() : '';
    if (!RESERVED_SEGMENTS.includes(segment)) return [];
    return [
      {
        path: [...path, 'custom_events', index, 'name'],
        message: `must not begin with "${segment}.", which is reserved for events of the engine`,
      },
    ];
  });
}
