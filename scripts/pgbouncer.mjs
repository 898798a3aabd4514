/** Where PgBouncer is installed, which some tests need; undefined where it is not. */
import { existsSync } from 'node:fs';

/** Debian's place, and those of Homebrew and of what is built by hand. */
const PLACES = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer', '/usr/local/bin/pgbouncer', '/opt/homebrew/bin/pgbouncer'];

export function pgbouncerPlace() {
  return PLACES.find((place) => existsSync(place));
}
