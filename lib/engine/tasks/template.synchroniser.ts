import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { StepHandlerRegistry } from '../../handlers/step-handler.registry.js';
import { TaskHandlerExplorer } from '../../handlers/task-handler.explorer.js';
import { TaskHandlerRegistry } from '../../handlers/task-handler.registry.js';
import { TASKER_OPTIONS } from '../../options/options.module.js';
import type { ResolvedOptions } from '../../options/resolve.options.js';
import { SchemaGuard } from '../../persistence/schema.guard.js';
import { TemplateGateway, type NewStepTemplate, type NewTemplate } from '../../persistence/template.gateway.js';
import { canonicalDocument, fingerprint } from '../../templates/canonical.document.js';
import { ChangedTemplatesError } from '../../templates/changed-templates.error.js';
import { handlerProblems } from '../../templates/handler.check.js';
import { InvalidTaskTemplatesError } from '../../templates/invalid-task-templates.error.js';
import { describeChanges } from '../../templates/template.changes.js';
import { loadTemplates } from '../../templates/template.loader.js';
import { TemplateRegistry } from '../../templates/template.registry.js';
import { analyseGraph } from '../../workflow/graph.js';
import type { TaskTemplate } from '../../workflow/task-template.js';

/**
 * At start, loads and checks all templates, makes them known to the database and to this process. All that is wrong with
 * them, unknown handlers included, is one error at boot; nothing is stored then.
 */
@Injectable()
export class TemplateSynchroniser implements OnModuleInit {
  private readonly namedTaskIds = new Map<TaskTemplate, string>();

  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
    private readonly schema: SchemaGuard,
    private readonly gateway: TemplateGateway,
    private readonly handlers: StepHandlerRegistry,
    private readonly registry: TemplateRegistry,
    private readonly taskHandlers: TaskHandlerExplorer,
    private readonly taskHandlerRegistry: TaskHandlerRegistry,
  ) {}

  async onModuleInit(): Promise<void> {
    const templates = this.loadAll();
    this.taskHandlers.explore(templates);
    await this.schema.ensure();
    await this.store(templates);
  }

  /** Id of the named task that a registered template is stored as. */
  namedTaskId(template: TaskTemplate): string {
    return this.namedTaskIds.get(template)!;
  }

  private loadAll(): readonly TaskTemplate[] {
    const { templates: settings, steps, worker } = this.options;
    // A process that runs no steps needs neither the handlers nor the secrets of those that do.
    const variables = worker.enabled ? settings.variables : null;
    const loaded = loadTemplates(settings.sources, { ...settings, variables, steps });
    const unknown = worker.enabled ? handlerProblems(loaded, this.handlers.names()) : [];
    const problems = [...loaded.problems, ...unknown];
    if (problems.length > 0) throw new InvalidTaskTemplatesError(problems);
    return loaded.templates.map(({ template }) => template);
  }

  private async store(templates: readonly TaskTemplate[]): Promise<void> {
    const replace = this.options.templates.changed === 'replace';
    const answers = await this.gateway.registerAll(templates.map((template) => describe(template, replace)));
    const changed = templates.flatMap((template, index) => {
      const { outcome, configuration = {} } = answers[index]!;
      if (outcome !== 'changed') return [];
      return [{ template, changes: describeChanges(configuration, canonicalDocument(template)) }];
    });
    if (changed.length > 0) throw new ChangedTemplatesError(changed);
    // What is stored is what was written: a process without the task handler must find it unchanged.
    templates
      .map((template) => this.withSchemaOfHandler(template))
      .forEach((template, index) => {
        this.namedTaskIds.set(template, answers[index]!.namedTaskId);
        this.registry.register(template);
      });
  }

  private withSchemaOfHandler(template: TaskTemplate): TaskTemplate {
    const schema = this.taskHandlerRegistry.find(template)?.schema ?? null;
    return schema === null ? template : Object.freeze({ ...template, contextSchema: schema });
  }
}

function describe(template: TaskTemplate, replace: boolean): NewTemplate {
  const { namespace, name, version, description } = template;
  return {
    namespace,
    name,
    version,
    description,
    fingerprint: fingerprint(template),
    configuration: canonicalDocument(template),
    steps: describeSteps(template),
    replace,
  };
}

function describeSteps({ namespace, name: task, steps }: TaskTemplate): NewStepTemplate[] {
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
  }));
}
