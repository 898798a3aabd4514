import { contextPathFault } from './context-path.check.js';
import { BUILT_IN_PREFIX } from './http-step.document.js';
import { hasFixedHost, urlFault } from './http-url.js';
import type { DocumentPath } from './document.path.js';
import { unknownName } from '../workflow/near.name.js';
import { parsePlaceholders, type Placeholder } from './placeholder.js';
import { itemsOf, outlineSteps, propertyOf, type StepOutline } from './step.outline.js';
import type { Finding } from './template.problem.js';
import { withoutReferences } from './variable.interpolation.js';

/** The keys of `http` whose texts may contain placeholders. */
const FILLED = ['url', 'query', 'headers', 'body'];

/** Checks the parts of HTTP steps that a schema cannot: their placeholders and URLs. */
export function httpStepFindings(document: unknown): Finding[] {
  const steps = itemsOf(propertyOf(document, 'step_templates'));
  const schema = propertyOf(document, 'schema');
  return outlineSteps(document).flatMap((step) => {
    const http = propertyOf(steps[step.path[1] as number], 'http');
    const path = [...step.path, 'http'];
    return [
      ...builtInHandler(step),
      ...FILLED.flatMap((key) => textFindings(propertyOf(http, key), [...path, key], { step, schema })),
      ...urlFindings(propertyOf(http, 'url'), [...path, 'url']),
      ...statusFindings(http, [...path, 'retryable_statuses']),
    ];
  });
}

function builtInHandler({ handler }: StepOutline): Finding[] {
  if (!handler?.name.startsWith(BUILT_IN_PREFIX)) return [];
  const message = `names that begin with "${BUILT_IN_PREFIX}" are reserved for built-in handlers; for an HTTP request, use the key "http"`;
  return [{ path: handler.path, message }];
}

/** The data that placeholders may refer to. */
interface Scope {
  readonly step: StepOutline;
  /** The schema of the context. */
  readonly schema: unknown;
}

function textFindings(value: unknown, path: DocumentPath, scope: Scope): Finding[] {
  if (typeof value === 'string') return placeholderFaults(value, scope).map((message) => ({ path, message }));
  if (Array.isArray(value)) return value.flatMap((item, index) => textFindings(item, [...path, index], scope));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [
    ...(key.includes('{{') ? [{ path: [...path, key], message: 'placeholders in keys are not replaced' }] : []),
    ...textFindings(item, [...path, key], scope),
  ]);
}

function placeholderFaults(text: string, { step: { dependencies }, schema }: Scope): string[] {
  const { parts, faults } = parsePlaceholders(text);
  const placeholders = parts.filter((part): part is Placeholder => typeof part === 'object');
  const parents = [...new Set(dependencies.map(({ name }) => name))];
  const strangers = placeholders
    .filter(({ root }) => root === 'results')
    .filter(({ path: [step] }) => !parents.includes(step!));
  const impossible = placeholders.flatMap(({ source, root, path }) => {
    const fault = root === 'context' ? contextPathFault(schema, path) : undefined;
    return fault === undefined ? [] : [`${source}: ${fault}`];
  });
  return [
    ...faults,
    ...impossible,
    ...strangers.map(
      ({ source, path: [step] }) => `${source}: not among depends_on: ${unknownName('step', step!, parents)}`,
    ),
  ];
}

function statusFindings(http: unknown, path: DocumentPath): Finding[] {
  const accepted = itemsOf(propertyOf(http, 'accepted_statuses'));
  return itemsOf(propertyOf(http, 'retryable_statuses')).flatMap((status, index) =>
    accepted.includes(status)
      ? [{ path: [...path, index], message: `must not be in accepted_statuses as well: ${String(status)}` }]
      : [],
  );
}

/** A URL with variables is known only in the process that runs the step, which checks it again. */
function urlFindings(url: unknown, path: DocumentPath): Finding[] {
  if (typeof url !== 'string' || url === '') return [];
  const { parts, faults } = parsePlaceholders(url);
  if (faults.length > 0) return [];
  const isFilled = parts.some((part) => typeof part === 'object');
  const start = withoutReferences(typeof parts[0] === 'string' ? parts[0] : '');
  if (isFilled && !hasFixedHost(start)) {
    return [{ path, message: 'must not have placeholders before the path: the host must not depend on a task' }];
  }
  const whole = parts.map((part) => (typeof part === 'string' ? part : 'x')).join('');
  const fault = withoutReferences(whole) === whole ? urlFault(whole) : null;
  return fault === null ? [] : [{ path, message: fault }];
}
