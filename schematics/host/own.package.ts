import { createRequire } from 'node:module';

/** This package, as it is installed; the path is relative to the compiled file. */
export const OWN_PACKAGE = createRequire(__filename)('../../../package.json') as {
  readonly name: string;
  readonly version: string;
};
