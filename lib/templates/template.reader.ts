import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { TemplateSource } from '../options/tasker.options.js';
import type { TaskDefinition } from '../workflow/task-definition.js';
import { templateLabel } from '../workflow/task-template.js';
import { identityOf } from './document.identity.js';
import { describeKind } from './json.copy.js';
import { propertyOf } from './step.outline.js';
import { findTemplateFiles } from './template-file.finder.js';
import { locateIn } from './template.problem.js';
import type { Locate, TemplateProblem } from './template.problem.js';
import { parseYaml } from './yaml.parser.js';

/** A template that was read but not checked; undefined if it could not be read. */
export interface TemplateReading {
  readonly document: unknown;
  readonly problems: readonly TemplateProblem[];
  readonly locate: Locate;
}

/** Reads all sources. A file that was named twice, for example also by its folder, is read once. */
export function readTemplates(sources: readonly TemplateSource[]): TemplateReading[] {
  const files = new Set<string>();
  return [...new Set(sources)].flatMap((source, position) => {
    if (typeof source !== 'string') return [readDefinition(source, position)];
    return attempt(source, () =>
      findTemplateFiles(source)
        .filter((file) => files.size < files.add(resolve(file)).size)
        .flatMap((file) => attempt(file, () => [parseYaml(readFileSync(file, 'utf8'), file)])),
    );
  });
}

/** The type is checked, because a source may come from JavaScript, or from a module whose export has another name. */
function readDefinition(source: TaskDefinition, position: number): TemplateReading {
  const document = propertyOf(source, 'document');
  if (document !== undefined) return { document, problems: [], locate: locateIn(`defineTask ${labelOf(document)}`) };
  const message = `must be a file, a folder or what defineTask returned, got ${describeKind(source)}`;
  return unreadable(`templates.sources[${position}]`, message);
}

function labelOf(document: unknown): string {
  const identity = identityOf(document);
  return identity === undefined ? '(no name)' : templateLabel(identity);
}

/** Converts errors of the file system to problems. */
function attempt(path: string, read: () => TemplateReading[]): TemplateReading[] {
  try {
    return read();
  } catch (error) {
    return [unreadable(path, refusal(error))];
  }
}

function unreadable(source: string, message: string): TemplateReading {
  const locate = locateIn(source);
  return { document: undefined, problems: [{ ...locate([]), message }], locate };
}

function refusal(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException; // the file system and the parser throw only such errors
  return code === 'ENOENT' ? `no such file or folder; relative paths begin at ${process.cwd()}` : message;
}
