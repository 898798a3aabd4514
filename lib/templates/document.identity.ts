import type { TaskTemplate } from '../workflow/task-template.js';
import { propertyOf } from './step.outline.js';
import { DOCUMENT_DEFAULTS } from './task.document.js';

export type TemplateIdentity = Pick<TaskTemplate, 'namespace' | 'name' | 'version'>;

/** The identity of a document that may be malformed; undefined if it has no name. */
export function identityOf(document: unknown): TemplateIdentity | undefined {
  const name = propertyOf(document, 'name');
  if (typeof name !== 'string') return undefined;
  return {
    namespace: textOf(propertyOf(document, 'namespace_name') ?? DOCUMENT_DEFAULTS.namespace),
    name,
    version: textOf(propertyOf(document, 'version') ?? DOCUMENT_DEFAULTS.version),
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
