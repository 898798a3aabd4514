import { Get, Inject, Param, Query } from '@nestjs/common';
import { Granted, type Grant } from '../auth/grant.js';
import { RequirePermission } from '../auth/require-permission.decorator.js';
import type { Scoped } from '../auth/scoped.js';
import {
  TemplateReader,
  type NamespaceOutline,
  type TemplateDocument,
  type TemplateOutline,
} from '../insight/template.reader.js';
import { QueryPipe, type QueryOf } from './query.pipe.js';
import { TaskerController } from './tasker-controller.decorator.js';

const VERSION = { version: 'text' } as const;

export interface NamespaceListDocument {
  readonly namespaces: readonly NamespaceOutline[];
  readonly totalNamespaces: number;
}

export interface TemplateListDocument {
  readonly namespace: string;
  readonly templates: readonly TemplateOutline[];
  readonly totalTemplates: number;
}

/** The routes that answer alike below `templates` and below the former path `handlers`. */
export abstract class TemplateRoutes {
  constructor(@Inject(TemplateReader) protected readonly templates: Scoped<TemplateReader>) {}

  @Get()
  @RequirePermission('tasker.handler:index')
  async namespaces(@Granted() { scope }: Grant): Promise<NamespaceListDocument> {
    const namespaces = await this.templates.namespaces(scope);
    return { namespaces, totalNamespaces: namespaces.length };
  }

  @Get(':namespace/:name')
  @RequirePermission('tasker.handler:show')
  show(
    @Param('namespace') namespace: string,
    @Param('name') name: string,
    @Query(new QueryPipe(VERSION)) { version }: QueryOf<typeof VERSION>,
    @Granted() { scope }: Grant,
  ): Promise<TemplateDocument> {
    return this.templates.get(namespace, name, version, scope);
  }
}

/** Task templates by namespace, name and version. */
@TaskerController('templates')
export class TemplatesController extends TemplateRoutes {
  @Get(':namespace')
  @RequirePermission('tasker.handler:index')
  async list(@Param('namespace') namespace: string, @Granted() { scope }: Grant): Promise<TemplateListDocument> {
    const templates = await this.templates.list(namespace, scope);
    return { namespace, templates, totalTemplates: templates.length };
  }
}
