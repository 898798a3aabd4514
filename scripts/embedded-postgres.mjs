/** The embedded PostgreSQL of the package, for scripts that run before anything is compiled. */
export { EmbeddedPostgresError, startEmbeddedPostgres } from '../lib/embedded/embedded-postgres.mjs';
