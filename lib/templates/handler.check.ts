import { BUILT_IN_PREFIX } from './http-step.document.js';
import { unknownName } from '../workflow/near.name.js';
import type { LoadedTemplates } from './template.loader.js';
import type { TemplatePlace, TemplateProblem } from './template.problem.js';

/** The handler that a step names, and the place. */
export interface HandlerReference {
  readonly handler: string;
  readonly place: TemplatePlace;
}

/** Finds steps whose handler does not exist. Templates do not know the handlers, so the caller passes both. */
export function handlerProblems(
  { handlers }: Pick<LoadedTemplates, 'handlers'>,
  known: Iterable<string>,
): TemplateProblem[] {
  const names = new Set([...known].filter((name) => !isBuiltIn(name))); // templates cannot name built-in handlers
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
