import { posix } from 'node:path';
import type { Rule, SchematicContext, Tree } from '@angular-devkit/schematics';
import { hostProject, type HostProject, type TestRunner } from '../host/host.project';
import { importPath, nearestModule, registerIn } from '../host/module.file';
import type { Registration } from '../source/module.registration';
import { placedNameOf, type PlacedName } from './names';
import { folderOf, type ClassOptions } from './place.options';
import { writeFiles, type NewFile } from './write.files';

/** A provider class that a schematic writes, with its test, and where it is registered. */
export interface ClassArtefact {
  /** What it is, for refusals: `step handler`. */
  readonly what: string;
  /** Between the name and `.ts` in the name of its file: `handler`. */
  readonly role: string;
  /** Behind the name in that of the class: `Handler`. */
  readonly suffix: string;
  code(names: ClassNames): string;
  /** Null where it has none of its own. */
  test(names: ClassNames, runner: TestRunner): string;
  /** The element for the module's `providers`. @default the class itself */
  provider?(names: ClassNames): Pick<Registration, 'element' | 'imports'>;
  /** Lines that say what to do now. */
  nextSteps(names: ClassNames): readonly string[];
}

export interface ClassNames {
  readonly name: PlacedName;
  readonly className: string;
  readonly host: HostProject;
  /** Path of the class file, and how a file beside it imports it. */
  readonly file: string;
  readonly importedAs: string;
}

/** The rule that all schematics for a class follow; they differ in their texts alone. */
export function classSchematic(artefact: ClassArtefact, options: ClassOptions): Rule {
  return async (tree: Tree, context: SchematicContext) => {
    const host = hostProject(tree, options);
    const name = placedNameOf(options.name, artefact.what);
    const folder = folderOf(host, name, options);
    const file = posix.join(folder, `${name.kebab}.${artefact.role}.ts`);
    const names = {
      name,
      className: `${name.pascal}${artefact.suffix}`,
      host,
      file,
      importedAs: importPath(file, file, host.isEsm),
    };

    await writeFiles(tree, context, filesOf(artefact, names, options), options.force);
    const module = options.skipImport === true ? null : nearestModule(tree, folder);
    if (module !== null) await registerIn(tree, module, [registrationOf(artefact, names, module)]);
    const where = module === null ? [`Add ${names.className} to the providers of a module.`] : [];
    for (const line of [...where, ...artefact.nextSteps(names)]) context.logger.info(line);
  };
}

function filesOf(artefact: ClassArtefact, names: ClassNames, options: ClassOptions): readonly NewFile[] {
  const { file, host } = names;
  const code = { path: file, text: artefact.code(names) };
  if (host.testRunner === null || options.spec === false) return [code];
  const path = file.replace(/\.ts$/, `.${options.specFileSuffix ?? 'spec'}.ts`);
  return [code, { path, text: artefact.test(names, host.testRunner) }];
}

function registrationOf(artefact: ClassArtefact, names: ClassNames, module: string): Registration {
  const { className, file, host } = names;
  const { element, imports } = artefact.provider?.(names) ?? { element: className, imports: [] };
  const own = { name: className, from: importPath(module, file, host.isEsm) };
  return { list: 'providers', element, imports: [...imports, own] };
}
