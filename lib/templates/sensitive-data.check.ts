import { isWithin, jsonPath, type JsonLocation, type JsonPath } from './json.path.js';
import { segmentsOf } from '../workflow/json.pointer.js';
import type { JsonObject, JsonValue } from '../workflow/json.js';
import { unknownName } from '../workflow/near.name.js';
import { contextPathFault } from './context-path.check.js';
import type { DocumentPath } from './document.path.js';
import { itemsOf, outlineSteps, propertyOf } from './step.outline.js';
import type { Finding } from './template.problem.js';

const AT = 'sensitive_data';

/** Finds paths of sensitive values that are none, that select nothing, or that would break another part of the template. */
export function sensitiveDataFindings(document: unknown): Finding[] {
  const data = propertyOf(document, AT);
  const results = propertyOf(data, 'results');
  const ofSteps = typeof results === 'object' && results !== null && !Array.isArray(results) ? results : {};
  const steps = outlineSteps(document).map(({ name }) => name);
  return [
    ...contextFindings(document, data),
    ...Object.entries(ofSteps).flatMap(([step, paths]) => [
      ...(steps.includes(step) ? [] : [{ path: [AT, 'results', step], message: unknownName('step', step, steps) }]),
      ...pathsIn(paths, [AT, 'results', step]).flatMap(({ fault }) => fault ?? []),
    ]),
    ...pathsIn(propertyOf(data, 'errors'), [AT, 'errors']).flatMap(({ fault }) => fault ?? []),
    ...subjectFindings(document, propertyOf(data, 'subject')),
    ...limitKeyFindings(document, data),
  ];
}

interface CheckedPath {
  readonly path: JsonPath | null;
  readonly at: DocumentPath;
  readonly fault: Finding | null;
}

function pathsIn(texts: unknown, at: DocumentPath): CheckedPath[] {
  return itemsOf(texts).flatMap((text, index) => (typeof text === 'string' ? [checked(text, [...at, index])] : []));
}

function checked(text: string, at: DocumentPath): CheckedPath {
  try {
    return { path: jsonPath(text), at, fault: null };
  } catch (error) {
    const message = `is no JSON path, such as $.customer.email or $.items[*].serial: ${(error as Error).message}`;
    return { path: null, at, fault: { path: at, message } };
  }
}

function contextFindings(document: unknown, data: unknown): Finding[] {
  return pathsIn(propertyOf(data, 'context'), [AT, 'context']).flatMap(({ path, at, fault }) => {
    if (fault) return fault;
    if (path?.location?.length === 0)
      return { path: at, message: 'names the context itself: use $.* for all its values' };
    return schemaFinding(document, path, at) ?? [];
  });
}

function subjectFindings(document: unknown, subject: unknown): Finding[] {
  if (typeof subject !== 'string') return [];
  const { path, at, fault } = checked(subject, [AT, 'subject']);
  if (fault) return [fault];
  if (!path?.location?.length) return [{ path: at, message: 'must select one value, such as $.customer.id' }];
  const finding = schemaFinding(document, path, at);
  return finding ? [finding] : [];
}

/** A path that selects nothing in any valid context protects nothing. */
function schemaFinding(document: unknown, path: JsonPath | null, at: DocumentPath): Finding | undefined {
  if (!path?.location) return undefined;
  const message = contextPathFault(propertyOf(document, 'schema'), path.location);
  return message === undefined ? undefined : { path: at, message };
}

/** The database reads the key of a limit from the context, where a sensitive value has its placeholder. */
function limitKeyFindings(document: unknown, data: unknown): Finding[] {
  const paths = pathsIn(propertyOf(data, 'context'), []).flatMap(({ path }) => path ?? []);
  const steps = itemsOf(propertyOf(document, 'step_templates'));
  return steps.flatMap((step, index) => {
    const key = propertyOf(propertyOf(step, 'limits'), 'key');
    if (typeof key !== 'string' || !key.startsWith('/')) return [];
    const location = segmentsOf(key).map(String);
    const examples = [exampleWith(location, false), exampleWith(location, true)];
    const isSensitive = paths.some((path) =>
      examples.some((example) => path.in(example).some((hidden) => isWithin(location, hidden.map(String)))),
    );
    const path = ['step_templates', index, 'limits', 'key'];
    return isSensitive
      ? [{ path, message: 'names a value that sensitive_data hides, so that all tasks would share one limit' }]
      : [];
  });
}

/** A context that has only one value, at this location. @param withLists whether it lies in lists, if their indexes lead there */
function exampleWith(location: JsonLocation, withLists: boolean): JsonObject {
  return location.reduceRight<JsonValue>((inner, key) => {
    const index = withLists && /^\d{1,4}$/.test(String(key)) ? Number(key) : null;
    return index === null ? { [key]: inner } : [...Array<null>(index).fill(null), inner];
  }, 'value') as JsonObject;
}
