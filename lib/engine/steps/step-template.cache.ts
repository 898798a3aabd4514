import { Inject, Injectable, Logger } from '@nestjs/common';
import { StepHandlerRegistry, type RegisteredStepHandler } from '../../handlers/step-handler.registry.js';
import { TASKER_OPTIONS } from '../../options/options.module.js';
import type { ResolvedOptions } from '../../options/resolve.options.js';
import { TemplateGateway, type StoredStepTemplate } from '../../persistence/template.gateway.js';
import { interpolate, missingVariables } from '../../templates/variable.interpolation.js';
import type { ClaimedStep } from '../../persistence/worker.gateway.js';
import type { JsonObject } from '../../workflow/json.js';
import { logText } from '../../workflow/log.text.js';
import { StandingFaults } from '../../background/standing.faults.js';

/** Everything that a process needs to run the steps of one step template. */
export interface LoadedStepTemplate {
  readonly template: StoredStepTemplate;
  /**
   * Undefined if this process lacks the handler or a variable of its configuration, so that another process must run
   * the step.
   */
  readonly handler: RegisteredStepHandler | undefined;
  readonly config: JsonObject;
  /** Whether the template or the handler declares the step transactional. */
  readonly isTransactional: boolean;
}

/** The stored step templates by id, with the handlers of this process. They are immutable, so they stay cached. */
@Injectable()
export class StepTemplateCache {
  private readonly logger = new Logger('TaskerWorker');
  private readonly definitions = new Map<string, LoadedStepTemplate>();
  private readonly transactional: string[] = [];
  private readonly missing = new Set<string>();

  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
    private readonly templates: TemplateGateway,
    private readonly handlers: StepHandlerRegistry,
    private readonly faults: StandingFaults,
  ) {}

  /** The loaded template with this id. */
  get(templateId: string): LoadedStepTemplate | undefined {
    return this.definitions.get(templateId);
  }

  /**
   * The id of a template that a claimed step needs, its own or a parent's, but that is missing from the database. Call
   * `load` first.
   */
  missingFor({ templateId, results }: ClaimedStep): string | undefined {
    if (!this.definitions.has(templateId)) return templateId;
    for (const [parentId] of results) {
      if (this.definitions.has(parentId)) continue;
      this.noteMissing([parentId]); // parents are loaded with their children, so it was not requested by id
      return parentId;
    }
    return undefined;
  }

  /** Ids of the loaded templates of transactional steps that this process can run. */
  get transactionalIds(): readonly string[] {
    return this.transactional;
  }

  /** Loads the templates that are not loaded yet. */
  async load(templateIds: Iterable<string>): Promise<void> {
    const unknown = [...new Set(templateIds)].filter((id) => !this.definitions.has(id));
    if (unknown.length === 0) return;
    for (const template of await this.templates.findStepTemplates(unknown)) {
      if (this.definitions.has(template.id)) continue; // another pass loaded it at the same time
      const definition = this.define(template);
      this.definitions.set(template.id, definition);
      if (definition.isTransactional) this.transactional.push(template.id);
    }
    this.noteMissing(unknown);
  }

  /** Checks whether missing templates have been restored. */
  async recheck(): Promise<void> {
    if (this.missing.size > 0) await this.load(this.missing);
  }

  /** No process can run a step without a template, so its steps fail; see `Worker`. */
  private noteMissing(unknown: readonly string[]): void {
    if (this.missing.size === 0 && unknown.every((id) => this.definitions.has(id))) return;
    for (const id of unknown) this.missing.add(id);
    for (const id of this.missing) if (this.definitions.has(id)) this.missing.delete(id);
    if (this.missing.size === 0) {
      this.faults.clear('step_templates');
      return;
    }
    this.faults.report(
      'step_templates',
      `Steps fail because ${this.missing.size} of their templates are missing from the database.`,
      `Restore these rows of named_tasks_named_steps, then reset the steps: ${[...this.missing].join(', ')}.`,
    );
  }

  private define(template: StoredStepTemplate): LoadedStepTemplate {
    const handler = this.handlers.find(template.handler);
    const missing = missingVariables(template.handlerConfig, this.options.templates.variables);
    if (handler && missing.length === 0) {
      const config = interpolate(template.handlerConfig, this.options.templates.variables);
      const isTransactional = template.transactional || handler.options.transactional === true;
      return { template, handler, config, isTransactional };
    }
    const reason = handler ? missing.map(({ message }) => message).join('; ') : `no step handler "${template.handler}"`;
    this.logger.warn(
      `Step ${template.name} of ${template.namespace}/${template.task}@${template.version} is left to other processes: ${logText(reason)}.`,
    );
    return { template, handler: undefined, config: {}, isTransactional: false };
  }
}
