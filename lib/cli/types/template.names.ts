import semver from 'semver';
import type { TaskTemplate } from '../../workflow/task-template.js';

/** The names of a template in the generated file: `processOrder`, and `ProcessOrderContext` for its context. */
export interface NamedTemplate {
  readonly template: TaskTemplate;
  readonly constant: string;
  readonly contextType: string;
}

/** Words that cannot name a constant, and the names that the file imports. */
const TAKEN = new Set(
  `arguments await break case catch class const continue debugger default defineTask delete do else enum eval export extends
   false finally for function if implements import in instanceof interface let new null package private protected public
   return static super switch this throw true try type typeof undefined var void while with yield`.split(/\s+/),
);

/**
 * Templates in the order of their names, each with a unique name: that of the task, prefixed with its namespace if two
 * namespaces have a task of that name. The latest version of a task has the plain name; others end with their version.
 */
export function namedTemplates(templates: readonly TaskTemplate[]): NamedTemplate[] {
  const taken = new Set(TAKEN);
  return templates.toSorted(byIdentity).map((template) => {
    const others = templates.filter(({ name }) => camel(name) === camel(template.name));
    const isShared = others.some(({ namespace }) => namespace !== template.namespace);
    const sameTask = others.filter(({ namespace, name }) => namespace === template.namespace && name === template.name);
    const isLatest = sameTask.every(({ version }) => byRelease(version, template.version) <= 0);
    const name = camel(isShared ? `${template.namespace} ${template.name}` : template.name);
    const constant = free(isLatest ? name : `${name}V${template.version.replaceAll(/\W/g, '_')}`, taken);
    taken.add(constant);
    return { template, constant, contextType: `${constant.charAt(0).toUpperCase()}${constant.slice(1)}Context` };
  });
}

function free(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  let count = 1;
  let candidate = `${name}Task`;
  while (taken.has(candidate)) candidate = `${name}Task${++count}`;
  return candidate;
}

/** The highest release is later than any pre-release, as for `latest`. */
function byRelease(a: string, b: string): number {
  return Number(semver.prerelease(a) === null) - Number(semver.prerelease(b) === null) || semver.compare(a, b);
}

function byIdentity(a: TaskTemplate, b: TaskTemplate): number {
  return byText(a.namespace, b.namespace) || byText(a.name, b.name) || semver.compare(b.version, a.version);
}

/** An order that does not depend on the language of the machine. */
function byText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function camel(text: string): string {
  const words = text.match(/[\p{L}\p{N}]+/gu) ?? [];
  const [first = 'task', ...rest] = words;
  const joined = [lower(first), ...rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1))].join('');
  return /^\p{N}/u.test(joined) ? `task${joined}` : joined;
}

function lower(word: string): string {
  return word.charAt(0).toLowerCase() + word.slice(1);
}
