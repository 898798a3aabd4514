/** Where nginx is installed, which the acceptance of clients needs; undefined where it is not. */
import { existsSync } from 'node:fs';

/** Debian's place, and those of Homebrew and of what is built by hand. */
const PLACES = ['/usr/sbin/nginx', '/usr/bin/nginx', '/usr/local/bin/nginx', '/opt/homebrew/bin/nginx'];

export function nginxPlace() {
  return PLACES.find((place) => existsSync(place));
}
