import { createRequire } from 'node:module';

/** Version of this package, as its package.json says. */
export const PACKAGE_VERSION = (createRequire(import.meta.url)('../../package.json') as { version: string }).version;
