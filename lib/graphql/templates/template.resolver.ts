import { Inject } from '@nestjs/common';
import { Args } from '@nestjs/graphql';
import type { Scoped } from '../../auth/scoped.js';
import {
  TemplateReader,
  type NamespaceOutline,
  type TemplateDocument,
  type TemplateOutline,
} from '../../insight/template.reader.js';
import { getTemplate, listNamespaces, listTemplates } from '../../api/template.operations.js';
import { CurrentExecution, scopeOf, type Execution } from '../graphql.execution.js';
import { OperationQuery } from '../reading/operation.query.js';
import { TaskerResolver } from '../reading/tasker-resolver.decorator.js';
import { NamespaceType, TaskTemplateOutlineType, TaskTemplateType } from './task-template.type.js';

/** The namespaces and task templates. */
@TaskerResolver()
export class TemplateResolver {
  constructor(@Inject(TemplateReader) private readonly reader: Scoped<TemplateReader>) {}

  @OperationQuery(() => [NamespaceType], listNamespaces)
  namespaces(@CurrentExecution() execution: Execution): Promise<readonly NamespaceOutline[]> {
    return this.reader.namespaces(scopeOf(execution));
  }

  @OperationQuery(() => [TaskTemplateOutlineType], listTemplates)
  templates(
    @Args('namespace') namespace: string,
    @CurrentExecution() execution: Execution,
  ): Promise<readonly TemplateOutline[]> {
    return this.reader.list(namespace, scopeOf(execution));
  }

  @OperationQuery(() => TaskTemplateType, getTemplate, { nullable: true })
  template(
    @Args('namespace') namespace: string,
    @Args('name') name: string,
    @Args('version', { type: () => String, nullable: true, description: 'The version; the latest version if omitted.' })
    version: string | null | undefined,
    @CurrentExecution() execution: Execution,
  ): Promise<TemplateDocument | null> {
    return this.reader.find(namespace, name, version ?? 'latest', scopeOf(execution));
  }
}
