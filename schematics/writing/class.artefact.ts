import { posix } from 'node:path';
import type { Rule, SchematicContext, Tree } from '@angular-devkit/schematics';
import { hostTypeScript } from '../host/host.packages';
import { hostProject, type HostProject, type TestRunner } from '../host/host.project';
import { installation } from '../host/installation.task';
import { transformByJest } from '../host/jest.transforms';
import { extendManifest, type ManifestChanges } from '../host/manifest.file';
import { importPath, nearestModule, registerIn } from '../host/module.file';
import { missingPackages } from '../host/nest.versions';
import { sourceFiles } from '../host/source.files';
import { setGroupedOption, toSet, type GroupedOption } from '../host/tasker.options';
import type { Registration } from '../source/module.registration';
import { providedAs, type ProvidedAs } from '../source/provided.classes';
import { placedNameOf, withoutEnding, type PlacedName } from './names';
import { folderOf, type ClassOptions } from './place.options';
import { Refusal } from './refusal';
import { writeFiles, type NewFile } from './write.files';

/** A class, or a constant, that a schematic writes, with its test, and where it is registered. */
export interface ClassArtefact {
  /** The kind of class, as refusals call it: `step handler`. */
  readonly what: string;
  /** The part of its file name between the name and `.ts`: `handler`. */
  readonly role: string;
  /** The ending of its name: `Handler`. */
  readonly suffix: string;
  /** Whether it is a constant: a provider, or the value of `option`. @default false */
  readonly isConstant?: boolean;
  code(names: ClassNames): string;
  test(names: ClassNames, runner: TestRunner): string;
  /** How it is provided, if nothing else in the application may be provided in this way. */
  readonly provided?: ProvidedAs;
  /** Elements that the module needs as well. @default none */
  readonly registrations?: readonly Registration[];
  /** Packages that the code and its test need. @default none */
  readonly packages?: ArtefactPackages;
  /** The option of `TaskerModule` whose value it is; a constant is nothing else. */
  readonly option?: Pick<GroupedOption, 'group' | 'name'>;
  /** Lines about what to do next. */
  nextSteps(names: ClassNames): readonly string[];
}

export interface ArtefactPackages {
  readonly dependencies?: readonly string[];
  readonly devDependencies?: readonly string[];
  /** Packages that exist only as ES modules; Jest of a CommonJS application must transform them. */
  readonly esModules?: readonly string[];
}

export interface ClassNames {
  /** Without the suffix. */
  readonly name: PlacedName;
  /** As it was asked for, perhaps with the suffix. */
  readonly given: PlacedName;
  /** Of the class, or constant. */
  readonly className: string;
  readonly host: HostProject;
  /** Path of the class file. `importedAs` is its import path in the same folder. */
  readonly file: string;
  readonly importedAs: string;
}

/** The rule of all schematics that write a class; they differ only in their texts. */
export function classSchematic(artefact: ClassArtefact, options: ClassOptions): Rule {
  return async (tree: Tree, context: SchematicContext) => {
    const host = hostProject(tree, options);
    const given = placedNameOf(options.name, artefact.what);
    const name = withoutEnding(given, artefact.suffix);
    const folder = folderOf(host, name, options);
    const file = posix.join(folder, `${name.kebab}.${artefact.role}.ts`);
    const names = {
      name,
      given,
      className: `${artefact.isConstant === true ? name.camel : name.pascal}${artefact.suffix}`,
      host,
      file,
      importedAs: importPath(file, file, host.isEsm),
    };

    const isRegistered = options.skipImport !== true;
    if (artefact.provided !== undefined && isRegistered) requireFree(tree, artefact, names);
    const files = filesOf(artefact, names, options);
    await writeFiles(tree, context, files, options.force);
    const module = isRegistered ? nearestModule(tree, folder) : null;
    const left = [
      ...(isProvider(artefact) ? await provide(tree, artefact, names, module) : []),
      ...(artefact.option === undefined ? [] : await set(tree, artefact.option, names, isRegistered)),
    ];
    if (files.length > 1) await transformByJest(tree, context, host, artefact.packages?.esModules);
    if (extendManifest(tree, neededPackages(artefact, host)) && options.skipInstall !== true) {
      context.addTask(installation());
    }
    for (const line of [...left, ...artefact.nextSteps(names)]) context.logger.info(line);
  };
}

function filesOf(artefact: ClassArtefact, names: ClassNames, options: ClassOptions): readonly NewFile[] {
  const { file, host } = names;
  const code = { path: file, text: artefact.code(names) };
  if (host.testRunner === null || options.spec === false) return [code];
  const path = file.replace(/\.ts$/, `.${options.specFileSuffix ?? 'spec'}.ts`);
  return [code, { path, text: artefact.test(names, host.testRunner) }];
}

/** @throws Refusal if another file already provides the same */
function requireFree(tree: Tree, { what, provided }: ClassArtefact, { file, host }: ClassNames): void {
  const typescript = hostTypeScript();
  for (const { path, text } of sourceFiles(tree, host.sourceRoot)) {
    if (path === file) continue;
    const [other] = providedAs(typescript, text, provided!);
    if (other === undefined) continue;
    throw new Refusal(
      `Nothing was written, because ${path} already provides ${other}, and this would be a second ${what}. ` +
        'Remove it, or use --skip-import and register the new one yourself.',
    );
  }
}

function neededPackages(
  { packages: { dependencies = [], devDependencies = [] } = {} }: ClassArtefact,
  { manifest }: HostProject,
): Partial<ManifestChanges> {
  return {
    dependencies: missingPackages(manifest, dependencies),
    devDependencies: missingPackages(manifest, devDependencies),
  };
}

/** A constant that is the value of an option is not one. */
function isProvider({ isConstant, option }: ClassArtefact): boolean {
  return isConstant !== true || option === undefined;
}

/** Registers it in the module, or returns what is left to do. */
async function provide(
  tree: Tree,
  { registrations = [] }: ClassArtefact,
  { className, file, host }: ClassNames,
  module: string | null,
): Promise<readonly string[]> {
  if (module === null) return [`Add ${className} to the providers of a module.`];
  const imports = [{ name: className, from: importPath(module, file, host.isEsm) }];
  await registerIn(tree, module, [...registrations, { list: 'providers', element: className, imports }]);
  return [];
}

/** Sets the option, or returns what is left to do. */
async function set(
  tree: Tree,
  option: NonNullable<ClassArtefact['option']>,
  { className, file, host }: ClassNames,
  isRegistered: boolean,
): Promise<readonly string[]> {
  const wanted = { ...option, value: className };
  if (!isRegistered) return [toSet(wanted)];
  return setGroupedOption(tree, host.sourceRoot, wanted, (path) => [
    { name: className, from: importPath(path, file, host.isEsm) },
  ]);
}
