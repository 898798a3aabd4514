import { BUILT_IN_PREFIX } from './http-step.document.js';
import { unknownName } from '../workflow/near.name.js';
import type { LoadedTemplates } from './template.loader.js';
import type { TemplatePlace, TemplateProblem } from './template.problem.js';

/** A step's mention of its handler. */
export interface HandlerReference {
  readonly handler: string;
  readonly place: TemplatePlace;
}

/** The steps whose handler nobody provides. The templates do not know the handlers, so whoever knows both asks. */
export function handlerProblems(
  { handlers }: Pick<LoadedTemplates, 'handlers'>,
  known: Iterable<string>,
): TemplateProblem[] {
  const names = new Set([...known].filter((name) => !isBuiltIn(name))); // which templates cannot name
  return handlers
    .filter(({ handler }) => !names.has(handler) && !isBuiltIn(handler))
    .map(({ handler, place }) => ({
      ...place,
      message: `${unknownName('step handler', handler, names)}${hint(names)}`,
    }));
}

function isBuiltIn(name: string): boolean {
  return name.startsWith(BUILT_IN_PREFIX);
}

function hint(known: ReadonlySet<string>): string {
  return known.size > 0 ? '' : '. Are the classes marked with @StepHandler in the providers of a module?';
}
