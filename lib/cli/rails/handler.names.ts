/** A class of Ruby that a step names, and the namespace of the template that has the step. */
export interface HandlerUse {
  readonly className: string;
  readonly namespace: string;
}

/** Modules that say only what the classes in them are. */
const KINDS_OF_CLASSES = new Set(['step_handlers', 'step_handler', 'handlers', 'steps', 'tasker']);

/** Longest first: the rest of `ValidateStepHandler` is `Validate`. */
const SUFFIX = /(?<=.)(?:StepHandler|Handler)$/;

/** Words as `npx nestjs-tasker generate` finds them, so that it names the handler the same. */
const WORD = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g;

/**
 * The handler for each class: `Ecommerce::StepHandlers::ValidateCartHandler` is `ecommerce.validate_cart`. A class outside of
 * all modules gets the namespace of its templates when they agree. Classes that would be called the same keep their whole names.
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

/** `npx nestjs-tasker generate step-handler` takes this as the name, in a folder for each namespace. */
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

/** One dot at most: a namespace and a name. */
function joined(modules: readonly string[], name: string): string {
  return [modules.filter((module) => module !== '').join('_'), name].filter((part) => part !== '').join('.');
}

function snake(text: string): string {
  return (text.match(WORD) ?? []).map((word) => word.toLowerCase()).join('_');
}
