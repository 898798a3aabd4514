import { posix } from 'node:path';
import type { Rule, SchematicContext, Tree } from '@angular-devkit/schematics';
import { hostTypeScript } from '../host/host.packages';
import { dependsOn, hostProject, type HostProject, type TestRunner } from '../host/host.project';
import { installation } from '../host/installation.task';
import { transformByJest } from '../host/jest.transforms';
import { extendManifest, type ManifestChanges } from '../host/manifest.file';
import { importPath, nearestModule, registerIn } from '../host/module.file';
import { sourceFiles } from '../host/source.files';
import type { Registration } from '../source/module.registration';
import { providersOf } from '../source/token.providers';
import { placedNameOf, withoutEnding, type PlacedName } from './names';
import { folderOf, type ClassOptions } from './place.options';
import { Refusal } from './refusal';
import { writeFiles, type NewFile } from './write.files';

/** A provider class that a schematic writes, with its test, and where it is registered. */
export interface ClassArtefact {
  /** The kind of class, as refusals call it: `step handler`. */
  readonly what: string;
  /** The part of its file name between the name and `.ts`: `handler`. */
  readonly role: string;
  /** The ending of its class name: `Handler`. */
  readonly suffix: string;
  code(names: ClassNames): string;
  test(names: ClassNames, runner: TestRunner): string;
  /** Injection token that it is provided for; nothing else in the application may be. @default the class itself */
  readonly token?: string;
  /** Packages that the code and its test need, with the versions to install if the application lacks them. */
  readonly packages?: ArtefactPackages;
  /** Makes further changes once the class is registered; returns lines about what is left to do. @default nothing */
  finish?(tree: Tree, names: ClassNames): Promise<readonly string[]>;
  /** Lines about what to do next. */
  nextSteps(names: ClassNames): readonly string[];
}

export interface ArtefactPackages {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  /** Packages that exist only as ES modules; Jest of a CommonJS application must transform them. */
  readonly esModules?: readonly string[];
}

export interface ClassNames {
  /** Without the suffix. */
  readonly name: PlacedName;
  /** As it was asked for, perhaps with the suffix. */
  readonly given: PlacedName;
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
      className: `${name.pascal}${artefact.suffix}`,
      host,
      file,
      importedAs: importPath(file, file, host.isEsm),
    };

    const isRegistered = options.skipImport !== true;
    if (artefact.token !== undefined && isRegistered) requireFree(tree, artefact.token, names);
    const files = filesOf(artefact, names, options);
    await writeFiles(tree, context, files, options.force);
    const module = isRegistered ? nearestModule(tree, folder) : null;
    if (module !== null) await registerIn(tree, module, [registrationOf(artefact, names, module)]);
    if (files.length > 1) await transformByJest(tree, context, host, artefact.packages?.esModules);
    if (extendManifest(tree, neededPackages(artefact, host)) && options.skipInstall !== true) {
      context.addTask(installation());
    }
    const where = module === null ? [`Add ${elementOf(artefact, names)} to the providers of a module.`] : [];
    const left = isRegistered ? await artefact.finish?.(tree, names) : [];
    for (const line of [...where, ...(left ?? []), ...artefact.nextSteps(names)]) context.logger.info(line);
  };
}

function filesOf(artefact: ClassArtefact, names: ClassNames, options: ClassOptions): readonly NewFile[] {
  const { file, host } = names;
  const code = { path: file, text: artefact.code(names) };
  if (host.testRunner === null || options.spec === false) return [code];
  const path = file.replace(/\.ts$/, `.${options.specFileSuffix ?? 'spec'}.ts`);
  return [code, { path, text: artefact.test(names, host.testRunner) }];
}

/** @throws Refusal if something else is already provided for the token */
function requireFree(tree: Tree, token: string, { className, host }: ClassNames): void {
  const typescript = hostTypeScript();
  for (const { path, text } of sourceFiles(tree, host.sourceRoot)) {
    if (!text.includes(token)) continue;
    const other = providersOf(typescript, text, token).find((provided) => provided !== className);
    if (other === undefined) continue;
    throw new Refusal(
      `Nothing was written, because ${path} already provides ${other} as ${token}, and an application has only one. ` +
        'Remove it, or use --skip-import and register the new class yourself.',
    );
  }
}

function neededPackages(
  { packages = {} }: ArtefactOf<'packages'>,
  { manifest }: HostProject,
): Partial<ManifestChanges> {
  const missing = (wanted: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> =>
    Object.fromEntries(Object.entries(wanted).filter(([name]) => !dependsOn(manifest, name)));
  return { dependencies: missing(packages.dependencies), devDependencies: missing(packages.devDependencies) };
}

function registrationOf(artefact: ClassArtefact, names: ClassNames, module: string): Registration {
  const { className, file, host } = names;
  const { token } = artefact;
  const own = { name: className, from: importPath(module, file, host.isEsm) };
  const imports = token === undefined ? [own] : [{ name: token, from: 'nestjs-tasker' }, own];
  return { list: 'providers', element: elementOf(artefact, names), imports };
}

function elementOf({ token }: ArtefactOf<'token'>, { className }: ClassNames): string {
  return token === undefined ? className : `{ provide: ${token}, useClass: ${className} }`;
}

type ArtefactOf<Part extends keyof ClassArtefact> = Pick<ClassArtefact, Part>;
