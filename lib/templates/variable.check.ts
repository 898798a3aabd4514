import { itemsOf, propertyOf } from './step.outline.js';
import type { Finding } from './template.problem.js';
import { missingVariables } from './variable.interpolation.js';
import type { Variables } from './variable.interpolation.js';

/**
 * Finds variables that the steps of a document need, but that are not set. The document is that of the current
 * environment, so variables of production do not have to be set in development.
 */
export function variableFindings(document: unknown, variables: Variables | null): Finding[] {
  if (variables === null) return [];
  return itemsOf(propertyOf(document, 'step_templates')).flatMap((step, index) =>
    ['handler_config', 'http'].flatMap((key) =>
      missingVariables(propertyOf(step, key), variables, ['step_templates', index, key]),
    ),
  );
}
