import { inLines } from '../workflow/sentence.js';
import { TaskerError } from '../workflow/tasker.error.js';

/** The options are invalid. The message lists every problem with its path. */
export class InvalidOptionsError extends TaskerError {
  readonly code = 'TASKER_INVALID_OPTIONS';

  constructor(
    readonly faults: readonly string[],
    module = 'TaskerModule',
  ) {
    super(`The options of ${module} are invalid:\n${inLines(faults)}`);
    this.hide('faults');
  }
}

/** `TaskerModule` is imported, but no module calls `forRoot` or `forRootAsync`. */
export class MissingForRootError extends TaskerError {
  readonly code = 'TASKER_MISSING_FOR_ROOT';

  constructor() {
    super(
      'TaskerModule is imported without options. Import TaskerModule.forRoot({ ... }) or forRootAsync({ ... }) once, in the root ' +
        'module; other modules that inject its services import the class TaskerModule.',
    );
  }
}

/** Two modules of one application call `TaskerModule.forRoot`. */
export class RepeatedForRootError extends TaskerError {
  readonly code = 'TASKER_REPEATED_FOR_ROOT';

  constructor() {
    super(
      'TaskerModule.forRoot is imported twice in one application, and the options of one would be ignored. Import it once, in the ' +
        'root module, with all templates. Other modules that inject its services import the class TaskerModule. To use two schemas, run two applications.',
    );
  }
}

/** The application uses modules of two copies of this package, which do not know each other's providers. */
export class MixedCopiesError extends TaskerError {
  readonly code = 'TASKER_MIXED_COPIES';

  constructor(readonly copies: readonly string[]) {
    super(
      `The application uses modules of two copies of nestjs-tasker: ${copies.join(' and ')}. ` +
        'Make all packages resolve the same copy: `npm ls nestjs-tasker` shows which package depends on which copy.',
    );
  }
}

/** The files of the package are not next to its code: a bundler has moved the code. */
export class BundledPackageError extends TaskerError {
  readonly code = 'TASKER_BUNDLED_PACKAGE';

  constructor(file: string | undefined) {
    super(
      `The files of nestjs-tasker (its SQL, schemas and pages) are not next to its code, which runs from ${file ?? 'a bundle'}. ` +
        'Keep the package out of the bundle (esbuild: --external:nestjs-tasker, or --packages=external; webpack: externals) and install it separately.',
    );
  }
}
