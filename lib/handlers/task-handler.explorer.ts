import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { ProviderWrapper } from '../options/provider.mark.js';
import { contextSchemaFindings } from '../templates/context-schema.compiler.js';
import { pathOf } from '../templates/document.path.js';
import { pointerTo } from '../workflow/json.pointer.js';
import { copyAsJson, describeKind } from '../templates/json.copy.js';
import { unknownName } from '../workflow/near.name.js';
import type { JsonObject } from '../workflow/json.js';
import { templateLabel, type TaskTemplate } from '../workflow/task-template.js';
import { InvalidTaskHandlersError } from './handler.errors.js';
import { TASK_HANDLER_MEMBERS, type TaskHandlerContract, type TaskHandlerMember } from './task-handler.contract.js';
import { TaskHandlerMark, type TaskHandlerOptions } from './task-handler.decorator.js';
import { TaskHandlerRegistry } from './task-handler.registry.js';

/** Finds the providers marked with `@TaskHandler` and registers them. Reports all faults together. */
@Injectable()
export class TaskHandlerExplorer {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly registry: TaskHandlerRegistry,
  ) {}

  /**
   * Called at start, as soon as the templates of this process are known.
   * @throws InvalidTaskHandlersError
   */
  explore(templates: readonly TaskTemplate[]): void {
    const faults = this.discovery
      .getProviders()
      .flatMap((wrapper) => this.register(wrapper, TaskHandlerMark.of(wrapper), templates));
    if (faults.length > 0) throw new InvalidTaskHandlersError(faults);
  }

  private register(
    wrapper: ProviderWrapper,
    options: TaskHandlerOptions | undefined,
    templates: readonly TaskTemplate[],
  ): readonly string[] {
    if (!options) return [];
    const className = String(wrapper.name);
    const meant = templates.filter((template) => isMeant(template, options));
    const unknown = meant.length > 0 ? [] : [`${className} is for an ${unknownTemplate(options, templates)}`];
    // There is no instance whose members could be read.
    if (!wrapper.isDependencyTreeStatic()) {
      return [
        `${className} is request-scoped or depends on a request-scoped provider, but tasks have no request`,
        ...unknown,
      ];
    }
    if (wrapper.isTransient) return [`${className} is transient, so Nest would never instantiate it`, ...unknown];
    const instance = (wrapper.instance ?? {}) as TaskHandlerContract;
    const wrong = memberFaults(instance);
    const schema = wrong.length === 0 && instance.schema !== undefined ? copyOf(instance.schema) : null;
    const taken = meant.flatMap((template) => {
      const holder = this.registry.find(template);
      // A class that two modules provide has two instances, and it would be random which one is called.
      if (holder && holder.instance !== instance) {
        return [`both ${holder.name} and ${className} are for ${templateLabel(template)}`];
      }
      this.registry.register(template, { name: className, instance, schema });
      return [];
    });
    return [...unknown, ...wrong.map((fault) => `${className} ${fault}`), ...taken];
  }
}

function isMeant(template: TaskTemplate, { namespace = 'default', name, version }: TaskHandlerOptions): boolean {
  return (
    template.namespace === namespace &&
    template.name === name &&
    (version === undefined || template.version === version)
  );
}

function unknownTemplate(
  { namespace = 'default', name, version }: TaskHandlerOptions,
  templates: readonly TaskTemplate[],
): string {
  if (version === undefined) {
    return unknownName(
      'template',
      `${namespace}/${name}`,
      new Set(templates.map((each) => `${each.namespace}/${each.name}`)),
    );
  }
  return unknownName('template', templateLabel({ namespace, name, version }), templates.map(templateLabel));
}

/** Handlers may be JavaScript, so types are checked too. */
function memberFaults(instance: Readonly<Partial<Record<TaskHandlerMember, unknown>>>): readonly string[] {
  const present = TASK_HANDLER_MEMBERS.filter((member) => instance[member] !== undefined);
  if (present.length === 0) return [`has none of the members ${TASK_HANDLER_MEMBERS.join(', ')}`];
  return present.flatMap((member) => {
    const value = instance[member];
    if (member === 'schema') return schemaFaults(value);
    return typeof value === 'function' ? [] : [`has a member ${member} that is ${describeKind(value)}, not a method`];
  });
}

function schemaFaults(schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) {
    return [`has a schema that must be an object, got ${describeKind(schema)}`];
  }
  const { json, findings } = copyAsJson({ schema });
  const faults = findings.length > 0 ? findings : contextSchemaFindings(json);
  return faults.map(
    ({ path, message }) => `has a schema that cannot be used: ${pathOf(pointerTo(...path))} ${message}`,
  );
}

/** A copy, so that later changes of the host's object have no effect. */
function copyOf(schema: JsonObject): JsonObject {
  return copyAsJson(schema).json as JsonObject;
}
