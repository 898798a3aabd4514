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

/** A template from which tasks can be started. */
export interface StartableTemplate {
  readonly template: TaskTemplate;
  readonly namedTaskId: string;
}

/** A template in a list. */
export type TemplateListing = TemplateVersion & Pick<TemplateEntry, 'description' | 'stepCount'>;

/** Whether a template exists for the caller. */
export type KnowsTemplate = (template: TemplateVersion) => boolean;

const EVERY: KnowsTemplate = () => true;

/** How long this process uses its data about other processes, in milliseconds. */
const FRESH_MS = 1_000;
/** The maximum number of cached templates that no worker has loaded. */
const MAX_RECALLED = 100;

/**
 * The templates of all processes, so that each process gives the same answers: those loaded in this process, those that
 * running workers have loaded, and the others in the database.
 */
@Injectable()
export class TemplateDirectory {
  private store: TemplateStore | undefined;
  private readonly ids = new WeakMap<TaskTemplate, string>();
  /** The templates that running workers have loaded, by label. */
  private offered: ReadonlyMap<string, TemplateEntry> = new Map();
  private freshUntil = -Infinity;
  private refreshing: Promise<void> | undefined;
  /** The templates that were requested since the latest refresh, by label. */
  private readonly recalled = new Map<string, Promise<StartableTemplate | undefined>>();
  /** The labels of templates that no worker has loaded. */
  private readonly remembered = new Set<string>();
  /** The documents of templates that other workers have loaded, by id and revision. */
  private readonly documents = new Map<string, TaskTemplate>();

  constructor(private readonly registry: TemplateRegistry) {}

  /** Sets the store. Before that, only the templates of this process are known. */
  useStore(store: TemplateStore): void {
    this.store = store;
  }

  /** Registers a template that this process has loaded. */
  register(template: TaskTemplate, namedTaskId: string): void {
    this.registry.register(template);
    this.ids.set(template, namedTaskId);
  }

  /**
   * Reads the templates for a later call of `startable` from the database. Resolves at once for exact versions that
   * this process has loaded, and skips requests that do not name a template.
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
   * Returns the template to start a task from. Call `lookUp` first.
   *
   * @param asked an exact version, or `latest`: the highest that a running worker has loaded, otherwise the highest of
   *   this process
   * @param isKnown decides which templates exist for the caller, also in the texts of errors
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
   * Returns the version that `latest` stands for; undefined for an unknown template. Call `list` or `lookUp` first.
   * @param isKnown decides which versions exist for the caller
   */
  latestVersion(namespace: string, name: string, isKnown: KnowsTemplate = EVERY): string | undefined {
    const knownOf = (versions: Iterable<string>): string[] =>
      [...versions].filter((version) => isKnown({ namespace, name, version }));
    const entries = [...this.offered.values()].filter((entry) => entry.namespace === namespace && entry.name === name);
    const offered = knownOf(entries.map(({ version }) => version));
    return latestOf(offered.length > 0 ? offered : knownOf(this.registry.versionsOf(namespace, name)));
  }

  /**
   * Returns the templates from which tasks can be started, by namespace and name, the highest version of each first.
   */
  async list(): Promise<readonly TemplateListing[]> {
    if (this.store) await this.refresh(this.store);
    const listings = new Map<string, TemplateListing>(this.offered);
    for (const template of this.registry.list()) {
      listings.set(templateLabel(template), { ...template, stepCount: template.steps.length });
    }
    return [...listings.values()].sort(byPlace);
  }

  /** Returns an exact version, even if no worker has it loaded any more; undefined if it was never loaded. */
  async recall(asked: TemplateVersion): Promise<StartableTemplate | undefined> {
    const template = this.loaded(asked);
    if (template) return { template, namedTaskId: this.idOf(template) };
    if (!this.store || !isVersion(asked)) return undefined;
    await this.refresh(this.store);
    const label = templateLabel(asked);
    const known = this.recalled.get(label) ?? this.recallFrom(this.store, asked);
    if (this.recalled.size >= MAX_RECALLED) this.recalled.clear();
    this.recalled.set(label, known);
    known.catch(() => this.recalled.delete(label)); // the next call tries again
    return known;
  }

  loadedHere(): readonly StartableTemplate[] {
    return this.registry.list().map((template) => ({ template, namedTaskId: this.idOf(template) }));
  }

  /** Returns the id of the named task of a template that this process has loaded. */
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

  /** A caller with a connection uses it; all others share one query. */
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

/** Whether such a template is possible: PostgreSQL has no text with U+0000. */
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

/** Compares by code units, regardless of the locale. */
function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
