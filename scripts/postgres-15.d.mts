import type { EmbeddedPostgres, EmbeddedPostgresOptions } from '../lib/embedded/embedded-postgres.mjs';

/** Starts a server of Debian's PostgreSQL 15, as `startEmbeddedPostgres` does; says what to install where there is none. */
export declare function startPostgres15(options?: EmbeddedPostgresOptions): Promise<EmbeddedPostgres>;
