import { Injectable } from '@nestjs/common';
import rcompare from 'semver/functions/rcompare.js';
import type { EntityManager } from 'typeorm';
import { templateLabel, type TaskTemplate } from '../workflow/task-template.js';
import { templateOf } from './canonical.document.js';
import { hintFor, latestOf, type TemplateVersion } from './template.hint.js';
import { LATEST, TemplateRegistry } from './template.registry.js';
import type { TemplateEntry, TemplateStore } from './template.store.js';
import { UnavailableTemplateError } from './unavailable-template.error.js';
import { UnknownTemplateError } from './unknown-template.error.js';

/** A template that tasks can be started of. */
export interface StartableTemplate {
  readonly template: TaskTemplate;
  readonly namedTaskId: string;
}

/** What a list says of a template. */
export type TemplateListing = TemplateVersion & Pick<TemplateEntry, 'description' | 'stepCount'>;

/** Whether a template exists for who asks. */
export type KnowsTemplate = (template: TemplateVersion) => boolean;

const EVERY: KnowsTemplate = () => true;

/** How long this process relies on what it heard of others. In milliseconds. */
const FRESH_MS = 1_000;
/** Templates that nobody has loaded are kept for a moment, and no more of them than this. */
const MAX_RECALLED = 100;

/**
 * The templates of all processes, so that it makes no difference which of them is asked: those loaded here, those that running
 * workers have loaded, and what else the database remembers.
 */
@Injectable()
export class TemplateDirectory {
  private store: TemplateStore | undefined;
  private readonly ids = new WeakMap<TaskTemplate, string>();
  /** What running workers have loaded, by label. */
  private offered: ReadonlyMap<string, TemplateEntry> = new Map();
  private freshUntil = -Infinity;
  private refreshing: Promise<void> | undefined;
  /** What was asked for since the latest look at what is offered, by label. */
  private readonly recalled = new Map<string, Promise<StartableTemplate | undefined>>();
  /** Templates that nobody has loaded, by label. */
  private readonly remembered = new Set<string>();
  /** Of templates that other workers have loaded, by id and revision. */
  private readonly documents = new Map<string, TaskTemplate>();

  constructor(private readonly registry: TemplateRegistry) {}

  /** Until there is a store, only what is loaded here is known. */
  useStore(store: TemplateStore): void {
    this.store = store;
  }

  /** Makes a template known that is loaded here. */
  register(template: TaskTemplate, namedTaskId: string): void {
    this.registry.register(template);
    this.ids.set(template, namedTaskId);
  }

  /**
   * Asks the database for what `startable` is about to be asked. Resolves at once for exact versions that are loaded here, and
   * passes over whatever does not name a template.
   */
  async lookUp(
    asked: readonly Partial<TemplateVersion>[],
    manager?: EntityManager,
    isKnown: KnowsTemplate = EVERY,
  ): Promise<void> {
    const foreign = asked.filter(isVersion).filter((each) => each.version === LATEST || !this.loaded(each));
    if (foreign.length === 0 || !this.store) return;
    await this.refresh(this.store, manager);
    const missing = foreign.filter((each) => each.version !== LATEST && !this.offered.has(templateLabel(each)));
    const entries = missing.length > 0 ? await this.store.find(missing, manager) : [];
    for (const entry of entries) this.remembered.add(templateLabel(entry));
    const offered = foreign.flatMap((each) => this.offered.get(templateLabel(this.resolved(each, isKnown))) ?? []);
    await this.loadDocuments(this.store, offered, manager);
  }

  /**
   * What tasks can be started of, as far as `lookUp` made it known.
   *
   * @param asked with an exact version, or `latest`: the highest that a running worker has loaded, else the highest loaded here
   * @param isKnown which templates there are for who asks, also in the texts of errors
   * @throws UnknownTemplateError, UnavailableTemplateError
   */
  startable(asked: TemplateVersion, isKnown: KnowsTemplate = EVERY): StartableTemplate {
    const resolved = this.resolved(asked, isKnown);
    const found = isKnown(resolved) ? this.findStartable(resolved) : undefined;
    if (found) return found;
    const known = [...this.registry.list(), ...this.offered.values()].filter(isKnown);
    throw new UnknownTemplateError(asked.namespace, asked.name, asked.version, hintFor(asked, known));
  }

  private findStartable(asked: TemplateVersion): StartableTemplate | undefined {
    const template = this.loaded(asked);
    if (template) return { template, namedTaskId: this.idOf(template) };
    const label = templateLabel(asked);
    const entry = this.offered.get(label);
    if (entry?.hasTaskHandler) throw new UnavailableTemplateError(asked, 'handled elsewhere');
    const document = entry && this.documents.get(keyOf(entry));
    if (document) return { template: document, namedTaskId: entry.namedTaskId };
    if (this.remembered.has(label)) throw new UnavailableTemplateError(asked, 'loaded nowhere');
    return undefined;
  }

  /**
   * The version that `latest` stands for, after `list` or `lookUp`; undefined for an unknown template.
   * @param isKnown which versions there are for who asks
   */
  latestVersion(namespace: string, name: string, isKnown: KnowsTemplate = EVERY): string | undefined {
    const knownOf = (versions: Iterable<string>): string[] =>
      [...versions].filter((version) => isKnown({ namespace, name, version }));
    const entries = [...this.offered.values()].filter((entry) => entry.namespace === namespace && entry.name === name);
    const offered = knownOf(entries.map(({ version }) => version));
    return latestOf(offered.length > 0 ? offered : knownOf(this.registry.versionsOf(namespace, name)));
  }

  /** What can be started, by namespace and name, the highest version of each first. */
  async list(): Promise<readonly TemplateListing[]> {
    if (this.store) await this.refresh(this.store);
    const listings = new Map<string, TemplateListing>(this.offered);
    for (const template of this.registry.list()) {
      listings.set(templateLabel(template), { ...template, stepCount: template.steps.length });
    }
    return [...listings.values()].sort(byPlace);
  }

  /** One exact version, also one that nobody has loaded any more; undefined when nobody ever had. */
  async recall(asked: TemplateVersion): Promise<StartableTemplate | undefined> {
    const template = this.loaded(asked);
    if (template) return { template, namedTaskId: this.idOf(template) };
    if (!this.store || !isVersion(asked)) return undefined;
    await this.refresh(this.store);
    const label = templateLabel(asked);
    const known = this.recalled.get(label) ?? this.recallFrom(this.store, asked);
    if (this.recalled.size >= MAX_RECALLED) this.recalled.clear();
    this.recalled.set(label, known);
    known.catch(() => this.recalled.delete(label)); // the next asks again
    return known;
  }

  loadedHere(): readonly StartableTemplate[] {
    return this.registry.list().map((template) => ({ template, namedTaskId: this.idOf(template) }));
  }

  /** Id of the named task that a template is stored as which is loaded here. */
  idOf(template: TaskTemplate): string {
    return this.ids.get(template)!;
  }

  private loaded({ namespace, name, version }: TemplateVersion): TaskTemplate | undefined {
    return this.registry.find(namespace, name, version);
  }

  private resolved(asked: TemplateVersion, isKnown: KnowsTemplate): TemplateVersion {
    const { namespace, name, version } = asked;
    if (version !== LATEST) return asked;
    return { namespace, name, version: this.latestVersion(namespace, name, isKnown) ?? version };
  }

  /** Who holds a connection asks on that one; the others share a question. */
  private async refresh(store: TemplateStore, manager?: EntityManager): Promise<void> {
    if (performance.now() < this.freshUntil) return;
    if (manager) return this.lookAtOffers(store, manager);
    this.refreshing ??= this.lookAtOffers(store).finally(() => (this.refreshing = undefined));
    return this.refreshing;
  }

  private async lookAtOffers(store: TemplateStore, manager?: EntityManager): Promise<void> {
    const offered = await store.offered(manager);
    this.offered = new Map(offered.map((entry) => [templateLabel(entry), entry]));
    this.recalled.clear();
    const current = new Set(offered.map(keyOf));
    for (const key of this.documents.keys()) if (!current.has(key)) this.documents.delete(key);
    this.freshUntil = performance.now() + FRESH_MS;
  }

  private async recallFrom(store: TemplateStore, asked: TemplateVersion): Promise<StartableTemplate | undefined> {
    const [entry] = await store.find([asked]);
    if (!entry) return undefined;
    const { namedTaskId } = entry;
    const known = this.documents.get(keyOf(entry));
    return { template: known ?? templateOf((await store.documents([namedTaskId])).get(namedTaskId)!), namedTaskId };
  }

  private async loadDocuments(
    store: TemplateStore,
    entries: readonly TemplateEntry[],
    manager?: EntityManager,
  ): Promise<void> {
    const missing = entries.filter((entry) => !this.loaded(entry) && !this.documents.has(keyOf(entry)));
    if (missing.length === 0) return;
    const documents = await store.documents([...new Set(missing.map(({ namedTaskId }) => namedTaskId))], manager);
    for (const entry of missing) this.documents.set(keyOf(entry), templateOf(documents.get(entry.namedTaskId)!));
  }
}

/** Whether there can be such a template: PostgreSQL has no text with U+0000. */
function isVersion(asked: Partial<TemplateVersion>): asked is TemplateVersion {
  return [asked.namespace, asked.name, asked.version].every((part) => typeof part === 'string' && !part.includes('\0'));
}

function keyOf({ namedTaskId, revision }: TemplateEntry): string {
  return `${namedTaskId}/${revision}`;
}

function byPlace(one: TemplateVersion, other: TemplateVersion): number {
  return (
    compare(one.namespace, other.namespace) || compare(one.name, other.name) || rcompare(one.version, other.version)
  );
}

/** By code units, which no locale changes. */
function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
