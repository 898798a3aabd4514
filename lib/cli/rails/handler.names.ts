/** The Ruby class of a step, and the namespace of its template. */
export interface HandlerUse {
  readonly className: string;
  readonly namespace: string;
}

/** Modules that only say what kind of classes they contain. */
const KINDS_OF_CLASSES = new Set(['step_handlers', 'step_handler', 'handlers', 'steps', 'tasker']);

/** Suffixes to remove, the longest first: `ValidateStepHandler` becomes `Validate`. */
const SUFFIX = /(?<=.)(?:StepHandler|Handler)$/;

/** Words as `npx nestjs-tasker generate` splits them, so that it gives the handler the same name. */
const WORD = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g;

/**
 * The handler name of each class: `Ecommerce::StepHandlers::ValidateCartHandler` becomes `ecommerce.validate_cart`. A class outside
 * all modules gets the namespace of its templates if they agree. Classes that would get the same name keep their whole names.
 */
export function handlerNames(uses: readonly HandlerUse[]): ReadonlyMap<string, string> {
  const namespaces = new Map<string, Set<string>>();
  for (const { className, namespace } of uses) {
    namespaces.set(className, (namespaces.get(className) ?? new Set()).add(namespace));
  }
  const short = [...namespaces].map(([className, its]) => [className, shortName(className, [...its])] as const);
  const taken = new Set<string>();
  return new Map(
    short.map(([className, name]) => {
      const isShared = short.some(([other, its]) => its === name && other !== className);
      const free = firstFree(isShared ? wholeName(className) : name, taken);
      taken.add(free);
      return [className, free];
    }),
  );
}

function firstFree(name: string, taken: ReadonlySet<string>): string {
  let free = name;
  for (let count = 2; taken.has(free); count++) free = `${name}_${count}`;
  return free;
}

/** The name to give to `npx nestjs-tasker generate step-handler`, with a folder for each namespace. */
export function generatedName(handler: string): string {
  const [namespace, name] = handler.split('.');
  return name === undefined ? handler : `${namespace!.replaceAll('_', '-')}/${handler}`;
}

function shortName(className: string, namespaces: readonly string[]): string {
  const { modules, name } = partsOf(className);
  const inModules = modules.map(snake).filter((module) => !KINDS_OF_CLASSES.has(module));
  const [namespace, ...others] = namespaces;
  const ofTemplates = others.length === 0 && namespace !== 'default' ? [snake(namespace!)] : [];
  return joined(inModules.length > 0 ? inModules : ofTemplates, snake(name.replace(SUFFIX, '')));
}

function wholeName(className: string): string {
  const { modules, name } = partsOf(className);
  return joined(
    modules.map(snake).filter((module) => module !== 'tasker'),
    snake(name),
  );
}

function partsOf(className: string): { modules: string[]; name: string } {
  const parts = className.split('::').filter((part) => part !== '');
  return { modules: parts.slice(0, -1), name: parts.at(-1) ?? className };
}

/** At most one dot: a namespace and a name. */
function joined(modules: readonly string[], name: string): string {
  return [modules.filter((module) => module !== '').join('_'), name].filter((part) => part !== '').join('.');
}

function snake(text: string): string {
  return (text.match(WORD) ?? []).map((word) => word.toLowerCase()).join('_');
}
