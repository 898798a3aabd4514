import { posix } from 'node:path';
import type { Rule, SchematicContext, Tree } from '@angular-devkit/schematics';
import { hostProject, type HostProject } from '../host/host.project';
import { transformByJest } from '../host/jest.transforms';
import { importPath, nearestModule, registerIn } from '../host/module.file';
import type { Registration } from '../source/module.registration';
import { ending } from '../task-handler/files';
import { TEMPLATES } from '../task-handler/workflow';
import { listOf, placedNameOf, withoutEnding } from '../writing/names';
import { folderOf, type ClassOptions } from '../writing/place.options';
import { Refusal } from '../writing/refusal';
import { writeFiles, type NewFile } from '../writing/write.files';
import { declaredEvents, type DeclaredEvents } from './declared.events';
import { busTest, busText, catalogueText, CATALOGUE_MARK, subscriberTest, subscriberText } from './events.text';

export interface EventsOptions extends Omit<ClassOptions, 'name'> {
  readonly name?: string;
  /** Events in addition to those that templates declare. */
  readonly events?: string | readonly string[];
  /** Folder of the YAML templates, relative to that of the command. */
  readonly templates?: string;
}

const EXAMPLE = 'order.shipped';
/** The rules of templates. */
const FORM = /^[^.\s]+(\.[^.\s]+)+$/;
const RESERVED = /^(task|step|workflow|observability|test)\./i;

/** `events`: a typed catalogue of the custom events that templates declare, a bus for them, and an example of a subscriber. */
export function events({ name: text = 'custom', ...options }: EventsOptions): Rule {
  return async (tree: Tree, context: SchematicContext) => {
    const host = hostProject(tree, options);
    const name = withoutEnding(placedNameOf(text, 'group of events'), 'events');
    const folder = folderOf(host, name, { ...options, name: text });
    const declared = declaredEvents(tree, options.templates ?? TEMPLATES, host.sourceRoot);
    const catalogue = withNamed(declared, listOf(options.events));
    const parts = { name, ending: ending(host), events: catalogue };

    const catalogueFile = { path: posix.join(folder, `${name.kebab}.events.ts`), text: catalogueText(parts) };
    const bus = { path: posix.join(folder, `${name.kebab}-event.bus.ts`), text: busText(parts) };
    const subscriber = { path: posix.join(folder, `${name.kebab}-event.subscriber.ts`), text: subscriberText(parts) };
    const tests =
      host.testRunner === null || options.spec === false
        ? []
        : [testOf(bus, busTest(parts, host.testRunner)), testOf(subscriber, subscriberTest(parts, host.testRunner))];
    const isOurs = tree.exists(catalogueFile.path) && tree.readText(catalogueFile.path).startsWith(CATALOGUE_MARK);
    await writeFiles(tree, context, [catalogueFile], options.force === true || isOurs);
    // Only the catalogue follows the templates; the other files belong to the application.
    const own = [bus, subscriber, ...tests].filter(({ path }) => options.force === true || !tree.exists(path));
    await writeFiles(tree, context, own, options.force);
    if (tests.length > 0) await transformByJest(tree, context, host);

    const module = options.skipImport === true ? null : nearestModule(tree, folder);
    const classes = [`${name.pascal}EventBus`, `${name.pascal}EventSubscriber`] as const;
    if (module !== null) await registerIn(tree, module, registrations(host, module, [bus, subscriber], classes));
    for (const line of nextSteps(classes, module, declared, catalogue)) context.logger.info(line);
  };

  function testOf({ path }: NewFile, text: string): NewFile {
    return { path: path.replace(/\.ts$/, `.${options.specFileSuffix ?? 'spec'}.ts`), text };
  }
}

/** @throws Refusal for a name that no template may declare */
function withNamed(declared: DeclaredEvents, named: readonly string[]): DeclaredEvents {
  const missing = named.filter((name) => !declared.has(name));
  const all = new Map([...declared, ...missing.map((name) => [name, ''] as const)]);
  if (all.size === 0) return new Map([[EXAMPLE, 'An order has left the house']]);
  for (const name of all.keys()) {
    if (FORM.test(name) && !RESERVED.test(name)) continue;
    throw new Refusal(
      `"${name}" cannot name an event: use words separated by dots, as in "stock.reserved", not beginning with ` +
        'task, step, workflow, observability or test.',
    );
  }
  return all;
}

function registrations(
  host: HostProject,
  module: string,
  [bus, subscriber]: readonly [NewFile, NewFile],
  [busClass, subscriberClass]: readonly [string, string],
): readonly Registration[] {
  const imported = (name: string, { path }: NewFile) => [{ name, from: importPath(module, path, host.isEsm) }];
  return [
    { list: 'providers', element: busClass, imports: imported(busClass, bus) },
    { list: 'providers', element: subscriberClass, imports: imported(subscriberClass, subscriber) },
    // For handlers in other modules.
    { list: 'exports', element: busClass, imports: [] },
  ];
}

function nextSteps(
  [bus, subscriber]: readonly [string, string],
  module: string | null,
  declared: DeclaredEvents,
  catalogue: DeclaredEvents,
): readonly string[] {
  const [undeclared] = [...catalogue.keys()].filter((name) => !declared.has(name));
  return [
    ...(module === null ? [`Add ${bus} and ${subscriber} to the providers of a module.`] : []),
    ...(undeclared === undefined
      ? []
      : [`Declare the events in the templates that publish them: custom_events: [{ name: ${undeclared} }]`]),
    `Handlers inject ${bus} and publish: this.bus.publish('${[...catalogue.keys()][0]!}', context).`,
    'Run this command again when templates declare other events: it rewrites only the catalogue.',
  ];
}
