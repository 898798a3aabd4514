import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';

/** The files in which an operating system keeps names and the settings of name resolution. */
export interface NameFiles {
  readonly hosts: string;
  readonly resolverConfig: string;
}

export const SYSTEM_FILES: NameFiles = {
  hosts:
    process.platform === 'win32'
      ? join(process.env.SystemRoot ?? 'C:\\Windows', 'System32', 'drivers', 'etc', 'hosts')
      : '/etc/hosts',
  resolverConfig: '/etc/resolv.conf',
};

/** The rules for completing names that do not end with a dot. */
export interface SearchRules {
  readonly domains: readonly string[];
  /** A name with at least this many dots is first searched for unchanged. */
  readonly dots: number;
}

/** The same limit as in older versions of glibc. Each domain means a further query. */
const MOST_DOMAINS = 6;

/** The addresses of a name in a file of hosts. */
export async function addressesInHosts(path: string, name: string): Promise<readonly string[]> {
  return (await linesOf(path)).flatMap(([address, ...names]) =>
    isIP(address!) !== 0 && names.some((each) => each.toLowerCase() === name) ? [address!] : [],
  );
}

/** The rules of a `resolv.conf`. The last line of a kind applies. */
export async function searchRules(path: string): Promise<SearchRules> {
  const lines = await linesOf(path);
  const [, ...domains] = lines.findLast(([key]) => key === 'search' || key === 'domain') ?? [];
  const options = lines.filter(([key]) => key === 'options').flat();
  const dots = options.findLast((option) => /^ndots:\d+$/.test(option))?.slice('ndots:'.length);
  return {
    domains: domains
      .map((domain) => domain.replace(/\.$/, ''))
      .filter((domain) => domain !== '')
      .slice(0, MOST_DOMAINS),
    dots: Number(dots ?? 1),
  };
}

/** The words of each line, without comments; empty if the file cannot be read, because not all systems have it. */
async function linesOf(path: string): Promise<readonly (readonly string[])[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.split('\n').map((line) =>
    line
      .replace(/[#;].*/, '')
      .trim()
      .split(/\s+/),
  );
}
