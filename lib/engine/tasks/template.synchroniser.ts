import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { StepHandlerRegistry } from '../../handlers/step-handler.registry.js';
import { TaskHandlerExplorer } from '../../handlers/task-handler.explorer.js';
import { TaskHandlerRegistry } from '../../handlers/task-handler.registry.js';
import { TASKER_OPTIONS } from '../../options/options.module.js';
import type { ResolvedOptions } from '../../options/resolve.options.js';
import { SchemaGuard } from '../../persistence/schema.guard.js';
import {
  TemplateGateway,
  type NewStepTemplate,
  type NewTemplate,
  type StoredTemplate,
} from '../../persistence/template.gateway.js';
import { SensitiveDataService } from '../../protection/sensitive-data.service.js';
import { canonicalDocument, fingerprint, templateOf } from '../../templates/canonical.document.js';
import { ChangedTemplatesError } from '../../templates/changed-templates.error.js';
import { handlerProblems } from '../../templates/handler.check.js';
import { InvalidTaskTemplatesError } from '../../templates/invalid-task-templates.error.js';
import { describeChanges } from '../../templates/template.changes.js';
import { loadTemplates, type LoadedTemplate } from '../../templates/template.loader.js';
import { TemplateDirectory } from '../../templates/template.directory.js';
import { analyseGraph } from '../../workflow/graph.js';
import { templateLabel, type TaskTemplate } from '../../workflow/task-template.js';

/**
 * At start, loads and checks all templates, stores them in the database and registers them in this process. All faults
 * of templates, including unknown handlers, are reported in one error, and nothing is stored.
 */
@Injectable()
export class TemplateSynchroniser implements OnModuleInit {
  private readonly logger = new Logger('TaskerTemplates');

  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
    private readonly schema: SchemaGuard,
    private readonly gateway: TemplateGateway,
    private readonly handlers: StepHandlerRegistry,
    private readonly directory: TemplateDirectory,
    private readonly taskHandlers: TaskHandlerExplorer,
    private readonly taskHandlerRegistry: TaskHandlerRegistry,
    private readonly sensitive: SensitiveDataService,
  ) {}

  async onModuleInit(): Promise<void> {
    const loaded = this.loadAll();
    this.sensitive.check(loaded.map(({ template }) => template));
    this.taskHandlers.explore(loaded.map(({ template }) => template));
    await this.schema.ensure();
    await this.store(loaded);
    this.directory.useStore(this.gateway);
  }

  private loadAll(): readonly LoadedTemplate[] {
    const { templates: settings, steps, worker } = this.options;
    // A process that does not run steps needs neither the handlers nor the secrets of one that does.
    const variables = worker.enabled ? settings.variables : null;
    const loaded = loadTemplates(settings.sources, { ...settings, variables, steps });
    const unknown = worker.enabled ? handlerProblems(loaded, this.handlers.names()) : [];
    const problems = [...loaded.problems, ...unknown];
    if (problems.length > 0) throw new InvalidTaskTemplatesError(problems);
    return loaded.templates;
  }

  private async store(loaded: readonly LoadedTemplate[]): Promise<void> {
    const replace = this.options.templates.changed === 'replace';
    const answers = await this.gateway.registerAll(loaded.map((each) => describe(each, replace)));
    const changed = loaded.flatMap((each, index) => {
      const { outcome, stored } = answers[index]!;
      return outcome === 'changed' ? [{ template: each.template, changes: changesOf(each, stored!) }] : [];
    });
    if (changed.length > 0) throw new ChangedTemplatesError(changed);
    loaded.forEach(({ template }, index) => {
      const { namedTaskId, stored } = answers[index]!;
      // The database has the schema as written: a process without the task handler must find it unchanged.
      const registered = this.withSchemaOfHandler(stored ? this.superseded(template, stored) : template);
      this.directory.register(registered, namedTaskId);
    });
  }

  /** Tasks are started from the stored template, so requests must be checked against it, too. */
  private superseded(template: TaskTemplate, { configuration }: StoredTemplate): TaskTemplate {
    this.logger.warn(
      `Another process replaced ${templateLabel(template)}; this one loaded an earlier text of it. ` +
        'New tasks follow the text in the database. Release a new version to keep both.',
    );
    return templateOf(configuration);
  }

  private withSchemaOfHandler(template: TaskTemplate): TaskTemplate {
    const schema = this.taskHandlerRegistry.find(template)?.schema ?? null;
    return schema === null ? template : Object.freeze({ ...template, contextSchema: schema });
  }
}

/** Compares the templates as written; if the stored one has no such text, compares the resolved ones. */
function changesOf({ template, wording }: LoadedTemplate, stored: StoredTemplate): string[] {
  const changes = stored.wording ? describeChanges(stored.wording, wording) : [];
  return changes.length > 0 ? changes : describeChanges(stored.configuration, canonicalDocument(template));
}

function describe({ template, wording }: LoadedTemplate, replace: boolean): NewTemplate {
  const { namespace, name, version, description } = template;
  return {
    namespace,
    name,
    version,
    description,
    wording,
    fingerprint: fingerprint(wording),
    configuration: canonicalDocument(template),
    steps: describeSteps(template),
    replace,
  };
}

function describeSteps({ namespace, name: task, steps, sensitiveData }: TaskTemplate): NewStepTemplate[] {
  const { order, leaves } = analyseGraph(steps);
  const positions = new Map(steps.map(({ name }, position) => [name, position]));
  const depths = new Map<string, number>();
  const byName = new Map(steps.map((step) => [step.name, step]));
  for (const name of order) {
    const { dependsOn } = byName.get(name)!;
    depths.set(name, dependsOn.length === 0 ? 0 : 1 + Math.min(...dependsOn.map((parent) => depths.get(parent)!)));
  }
  const leafNames = new Set(leaves);
  return steps.map(({ dependsOn, customEvents: _events, ...step }) => ({
    ...step,
    parents: dependsOn.map((parent) => positions.get(parent)!),
    minDepth: depths.get(step.name)!,
    isLeaf: leafNames.has(step.name),
    limits: step.limits && { ...step.limits, name: `${namespace}/${task}/${step.name}` },
    ...(sensitiveData && {
      sensitive: { results: sensitiveData.results[step.name] ?? [], errors: sensitiveData.errors },
    }),
  }));
}
