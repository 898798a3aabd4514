import { contextSchemaFindings } from './context-schema.compiler.js';
import { limitKeyFindings } from './context-path.check.js';
import { pointerTo } from '../workflow/json.pointer.js';
import { applyOverlay, environmentsOf, originOf, overlayFindings } from './environment.overlay.js';
import { customEventFindings } from './custom-event.check.js';
import { sensitiveDataFindings } from './sensitive-data.check.js';
import { stepFindings } from './step.check.js';
import { httpStepFindings } from './http-step.check.js';
import { structureFindings } from './structure.validator.js';
import type { Finding } from './template.problem.js';

/** All problems of a document, as written and with the overlay of each environment. */
export function documentFindings(document: unknown): Finding[] {
  const asWritten = [...findingsOf(document), ...overlayFindings(document)];
  const inEnvironments = environmentsOf(document).flatMap((environment) =>
    mergedFindings(document, environment, asWritten),
  );
  return withoutRepeats([...asWritten, ...inEnvironments]);
}

function findingsOf(document: unknown): Finding[] {
  return [
    ...structureFindings(document),
    ...stepFindings(document),
    ...limitKeyFindings(document),
    ...httpStepFindings(document),
    ...customEventFindings(document),
    ...sensitiveDataFindings(document),
    ...contextSchemaFindings(document),
  ];
}

/** The problems that an overlay causes, without those that the document has anyway. */
function mergedFindings(document: unknown, environment: string, asWritten: readonly Finding[]): Finding[] {
  const known = new Set(asWritten.map(keyOf));
  return findingsOf(applyOverlay(document, environment)).flatMap(({ path, message }) => {
    const origin = originOf(document, environment, path);
    if (known.has(keyOf({ path: origin, message }))) return [];
    return [{ path: origin, message: origin === path ? `${message} (in environment "${environment}")` : message }];
  });
}

function withoutRepeats(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.toReversed().map((finding) => [keyOf(finding), finding])).values()].toReversed();
}

function keyOf({ path, message }: Finding): string {
  return `${pointerTo(...path)}: ${message}`;
}
