import { posix } from 'node:path';
import { listOf, nameOf } from '../writing/names';
import { Refusal } from '../writing/refusal';
import { CUSTOMER } from './customer/customer.workflow';
import { ECOMMERCE } from './ecommerce/ecommerce.workflow';
import { INVENTORY } from './inventory/inventory.workflow';
import type { Workflow } from './workflow';

export interface AppOptions {
  readonly name: string;
  readonly templates?: string | readonly string[];
  readonly directory?: string;
  readonly graphql?: boolean;
  readonly docker?: boolean;
  readonly observability?: boolean;
  readonly apiBaseUrl?: string;
  readonly tests?: boolean;
  readonly skipInstall?: boolean;
  readonly packageManager?: string;
  readonly force?: boolean;
  /** Sent by `nest new --skip-tests`. */
  readonly spec?: boolean;
}

/** The choices: complete and checked. */
export interface AppChoice {
  /** Name of the package. */
  readonly name: string;
  /** Its folder, relative to that of the command: `shop`, or `.`. */
  readonly folder: string;
  readonly workflows: readonly Workflow[];
  readonly graphql: boolean;
  readonly docker: boolean;
  readonly observability: boolean;
  /** Null: a stub that is part of the application. */
  readonly apiBaseUrl: string | null;
  readonly tests: boolean;
}

const WORKFLOWS: readonly Workflow[] = [ECOMMERCE, INVENTORY, CUSTOMER];

/** @throws Refusal */
export function appChoice(options: AppOptions): AppChoice {
  const { graphql = false, docker = false, observability = false, tests = true, spec = true } = options;
  const name = packageName(options.name);
  return {
    name,
    folder: folderOf(given(options.directory) ?? name),
    workflows: workflowsOf(listOf(options.templates)),
    graphql,
    docker,
    observability,
    apiBaseUrl: baseUrl(given(options.apiBaseUrl)),
    tests: tests && spec,
  };
}

/** `nest new` of version 11 sends the word "undefined" for a folder that it was not given. */
function given(text = ''): string | null {
  return text === '' || text === 'undefined' ? null : text;
}

/** Makes the name of the folder as `nest new` does: the Nest CLI installs the packages there. */
function packageName(text: string): string {
  nameOf(text, 'Nest application');
  return text.replace(/([a-z\d])([A-Z])/g, '$1-$2').toLowerCase();
}

function folderOf(directory: string): string {
  const folder = posix.normalize(directory.replaceAll('\\', '/')).replace(/\/$/, '');
  if (!posix.isAbsolute(folder) && !folder.startsWith('..')) return folder;
  throw new Refusal(`"${directory}" is not below this folder. Run the command in its parent folder.`);
}

function workflowsOf(names: readonly string[]): readonly Workflow[] {
  const known = WORKFLOWS.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new Refusal(`There is no template "${unknown.join('", "')}". Choose from ${known.join(', ')}.`);
  }
  if (names.length === 0) throw new Refusal(`Choose at least one template: ${known.join(', ')}.`);
  return WORKFLOWS.filter(({ name }) => names.includes(name));
}

function baseUrl(text: string | null): string | null {
  if (text === null) return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '') {
    return url.href.replace(/\/$/, '');
  }
  throw new Refusal(`"${text}" is not the base URL of an API. Use one such as https://dummyjson.com.`);
}
