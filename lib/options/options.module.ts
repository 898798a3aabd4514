import { ConfigurableModuleBuilder, Global, Logger, Module, type Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { MissingForRootError, MixedCopiesError, RepeatedForRootError } from './options.errors.js';
import { foreignCopyOf, loadedCopies, OfThisCopy, thisCopy } from './package.copies.js';
import { packageRoot } from './package.files.js';
import { resolveOptions, type ResolvedOptions } from './resolve.options.js';
import type { HttpOptions, TaskerModuleOptions } from './tasker.options.js';

/** Injection token of `ResolvedOptions`; the same in every copy of this package. */
export const TASKER_OPTIONS = Symbol.for('nestjs-tasker.TASKER_OPTIONS');
/** Injection token of the options as the host wrote them. */
const GIVEN = Symbol('TASKER_GIVEN_OPTIONS');
/** Injection token of the options that are known when modules are defined. */
const STRUCTURE = Symbol('TASKER_STRUCTURE');

/**
 * The options that decide which routes exist. They cannot come from a factory: `forRootAsync` takes them next to
 * `useFactory`.
 */
export interface TaskerStructure {
  readonly http?: HttpOptions;
}

type GivenOptions = Omit<TaskerModuleOptions, keyof TaskerStructure>;

const { ConfigurableModuleClass, ASYNC_OPTIONS_TYPE } = new ConfigurableModuleBuilder<GivenOptions>({
  moduleName: 'Tasker',
  optionsInjectionToken: GIVEN,
})
  .setClassMethodName('forRoot')
  .setExtras<TaskerStructure>({}, ({ providers = [], ...definition }, { http }) => ({
    ...definition,
    providers: [...providers, { provide: STRUCTURE, useValue: { http: http ?? {} } }],
    exports: [GIVEN, STRUCTURE],
    global: true,
  }))
  .build();

/**
 * The argument of `TaskerModule.forRootAsync`: `useFactory` with `inject`, or `useClass`, or `useExisting`; and `http`.
 */
export type TaskerModuleAsyncOptions = typeof ASYNC_OPTIONS_TYPE;

/** Provides the options that the host passes to `forRoot`. */
@Module({})
export class GivenOptionsModule extends ConfigurableModuleClass {}

const optional = (token: string | symbol) => ({ token, optional: true });

/** Global, so that the modules of all rooms stay static. */
@Global()
@OfThisCopy()
@Module({
  providers: [
    {
      provide: TASKER_OPTIONS,
      useFactory: optionsOf,
      inject: [ModulesContainer, optional(GIVEN), optional(STRUCTURE)],
    },
  ],
  exports: [TASKER_OPTIONS],
})
export class OptionsModule {}

/**
 * Nest creates this provider before most others of this package, so it also reports mixed copies and a bundled package.
 */
function optionsOf(
  modules: ReadonlyMap<string, { readonly metatype: Type | undefined }>,
  given: GivenOptions | undefined,
  structure: TaskerStructure | undefined,
): ResolvedOptions {
  packageRoot(); // throws in a bundle
  checkImports([...modules.values()].flatMap(({ metatype }) => metatype ?? []));
  warnOfCopies();
  return resolveOptions({ ...given, ...structure });
}

function checkImports(imported: readonly Type[]): void {
  const foreign = imported.map(foreignCopyOf).find((copy) => copy !== null);
  if (foreign !== undefined) throw new MixedCopiesError([thisCopy(), foreign]);
  const calls = imported.filter((each) => each === GivenOptionsModule).length;
  if (calls > 1) throw new RepeatedForRootError();
  if (calls === 0) throw new MissingForRootError();
}

function warnOfCopies(): void {
  const copies = loadedCopies();
  if (copies.length < 2) return;
  new Logger('Tasker').warn(
    `${copies.length} copies of nestjs-tasker are loaded: ${copies.join(', ')}. Nest treats their services as different. ` +
      'Make all packages resolve the same copy: `npm ls nestjs-tasker` shows which package depends on which copy.',
  );
}
