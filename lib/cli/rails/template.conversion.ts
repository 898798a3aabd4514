import { LineCounter, isMap, isScalar, parseDocument, visit, type Document, type Node, type YAMLMap } from 'yaml';
import { readFileSync } from 'node:fs';
import { packageFile } from '../../options/package.files.js';
import type { ImportNote, TakeNote } from './import.note.js';
import type { HandlerUse } from './handler.names.js';
import { readAsRuby } from './ruby.scalars.js';
import { convertSchema } from './schema.conversion.js';
import { convertStep, leaveOutStrangers, readSteps, type StepSurroundings } from './step.conversion.js';
import { convertEvents, leaveOutUnknown, type RailsStep } from './template.parts.js';
import { drop, entriesOf, mapAt, mapsIn, pairAt, valueAt } from './yaml.map.js';

/** A template of Rails Tasker that can be read as YAML. */
export interface RailsTemplate {
  readonly document: Document;
  readonly root: YAMLMap;
  /** Line of a node of the document, from 1. */
  readonly lineOf: (node: unknown) => number;
}

/** A reason why a file cannot be read. */
export interface ReadingFault {
  readonly line: number;
  readonly message: string;
}

/** Reads a file as Rails Tasker does, which allows one map in each file and no anchors. */
export function readRailsTemplate(text: string): RailsTemplate | readonly ReadingFault[] {
  const lines = new LineCounter();
  const lineAt = (offset: number): number => lines.linePos(offset).line;
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineOf = (node: unknown): number => lineAt((node as Node | null)?.range?.[0] ?? 0);
  const faults = document.errors.map(({ pos, message }) => ({ line: lineAt(pos[0]), message: `YAML: ${message}` }));
  visit(document, {
    Alias: (_, alias) => {
      faults.push({ line: lineOf(alias), message: `replace "*${alias.source}" with the value that it stands for` });
    },
  });
  if (faults.length > 0) return faults;
  if (!isMap(document.contents)) return [{ line: 1, message: 'a template is a map with the key "name"' }];
  return { document, root: document.contents, lineOf };
}

/** The classes that the steps name, including those of overlays. */
export function handlersIn({ root }: RailsTemplate): HandlerUse[] {
  const namespace = valueAt(root, 'namespace_name');
  return stepsIn(root).flatMap((step) => {
    const className = valueAt(step, 'handler_class');
    return typeof className === 'string'
      ? [{ className, namespace: typeof namespace === 'string' ? namespace : 'default' }]
      : [];
  });
}

/** The handlers that the steps of a template name once it is converted. */
export function handlerNamesIn({ root }: RailsTemplate): unknown[] {
  return stepsIn(root).map((step) => valueAt(step, 'handler'));
}

function stepsIn(root: YAMLMap): YAMLMap[] {
  return [root, ...overlaysOf(root)].flatMap((holder) => mapsIn(pairAt(holder, 'step_templates')?.value));
}

/** Handlers of steps whose `handler_config` said that they call an API. */
export function apiClassesIn({ root }: RailsTemplate): string[] {
  return mapsIn(pairAt(root, 'step_templates')?.value).flatMap((step) => {
    const config = mapAt(step, 'handler_config');
    return config !== undefined && valueAt(config, 'type') === 'api' ? [String(valueAt(step, 'handler_class'))] : [];
  });
}

/** Converts the document to a template of nestjs-tasker; returns notes on the changes. */
export function convertTemplate(template: RailsTemplate, names: ReadonlyMap<string, string>): readonly ImportNote[] {
  const { document, root, lineOf } = template;
  const notes: ImportNote[] = [];
  const note: TakeNote = (kind, node, text) => notes.push({ kind, line: lineOf(node), text });
  const around = { document, names, keys: TEMPLATE_KEYS.step, note };
  readAsRuby(document, note);
  const steps = mapsIn(pairAt(root, 'step_templates')?.value);
  const asRead = readSteps(steps);
  convertHolder(root, TEMPLATE_KEYS.template, note);
  for (const step of steps) convertStep(step, around);
  for (const overlay of overlaysOf(root)) convertOverlay(overlay, asRead, around);
  leaveOutEmptyOverlays(root, note);
  return notes;
}

function convertOverlay(overlay: YAMLMap, asRead: ReadonlyMap<unknown, RailsStep>, around: StepSurroundings): void {
  const steps = pairAt(overlay, 'step_templates')?.value;
  convertHolder(overlay, TEMPLATE_KEYS.overlay, around.note);
  leaveOutStrangers(steps, new Set(asRead.keys()), around.note);
  for (const step of mapsIn(steps)) {
    convertStep(step, { ...around, keys: TEMPLATE_KEYS.stepOverlay }, asRead.get(valueAt(step, 'name')));
  }
}

/** Converts the parts that templates and overlays have in common. */
function convertHolder(holder: YAMLMap, keys: readonly string[], note: TakeNote): void {
  leaveOutUnknown(holder, keys, 'a template', note);
  convertVersion(holder, note);
  convertClass(holder, note);
  convertEvents(holder, note);
  const schema = mapAt(holder, 'schema');
  if (schema !== undefined) convertSchema(schema, note);
  const concurrent = pairAt(holder, 'concurrent');
  if (concurrent === undefined || valueAt(holder, 'concurrent') !== false) return;
  note(
    'differs',
    concurrent.key,
    'Rails Tasker ignored "concurrent: false". Here one step runs at a time; remove the key if they may run together.',
  );
}

/** `1.0`, which is a number for YAML, and `2` are short for `1.0.0` and `2.0.0`. */
function convertVersion(holder: YAMLMap, note: TakeNote): void {
  const pair = pairAt(holder, 'version');
  const written = isScalar(pair?.value) ? pair.value : undefined;
  const source = typeof written?.value === 'number' ? written.source! : String(valueAt(holder, 'version'));
  if (pair === undefined || !/^\d+(?:\.\d+)?$/.test(source)) return;
  const version = [...source.split('.').map(Number), 0, 0].slice(0, 3).join('.');
  holder.set('version', version);
  note('changed', pair.key, `The version ${source} became ${version}. Use that one to start tasks.`);
}

/** A task has a class here only if it has hooks. */
function convertClass(holder: YAMLMap, note: TakeNote): void {
  const found = ['module_namespace', 'task_handler_class'].flatMap((key) => pairAt(holder, key) ?? []);
  if (found.length === 0) return;
  const name = found.map(({ key }) => String(valueAt(holder, String(key)))).join('::');
  const node = found[0]!.key;
  for (const pair of found) drop(holder, pair);
  note(
    'left out',
    node,
    `The class ${name}: a template needs no class. If it has hooks, write them as a @TaskHandler.`,
  );
}

function overlaysOf(root: YAMLMap): YAMLMap[] {
  const environments = mapAt(root, 'environments');
  return environments === undefined ? [] : environments.items.flatMap(({ value }) => (isMap(value) ? [value] : []));
}

/** `development:` with nothing after it. */
function leaveOutEmptyOverlays(root: YAMLMap, note: TakeNote): void {
  const environments = mapAt(root, 'environments');
  if (environments === undefined) return;
  for (const [name, pair] of entriesOf(environments)) {
    if (valueAt(environments, name) !== null) continue;
    drop(environments, pair);
    note('left out', pair.key, `The environment "${name}" changes nothing.`);
  }
}

interface SchemaPart {
  readonly properties: object;
}

/** The keys, from the schema of templates. */
const TEMPLATE_KEYS = templateKeys();

function templateKeys(): Readonly<Record<'template' | 'step' | 'overlay' | 'stepOverlay', readonly string[]>> {
  const file = packageFile('schemas/task-template.schema.json');
  const { properties, definitions } = JSON.parse(readFileSync(file, 'utf8')) as SchemaPart & {
    readonly definitions: Readonly<Record<'step' | 'overlay' | 'stepOverlay', SchemaPart>>;
  };
  return {
    template: Object.keys(properties),
    step: Object.keys(definitions.step.properties),
    overlay: Object.keys(definitions.overlay.properties),
    stepOverlay: Object.keys(definitions.stepOverlay.properties),
  };
}
