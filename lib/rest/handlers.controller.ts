import { Get, Inject, Param, Query } from '@nestjs/common';
import { Granted, type Grant } from '../auth/grant.js';
import { RequirePermission } from '../auth/require-permission.decorator.js';
import type { Scoped } from '../auth/scoped.js';
import { TemplateReader, type TemplateDocument, type TemplateOutline } from '../insight/template.reader.js';
import { QueryPipe, type QueryOf } from './query.pipe.js';
import { TaskerController } from './tasker-controller.decorator.js';
import type { NamespaceListDocument } from './templates.controller.js';

const VERSION = { version: 'text' } as const;

export interface HandlerListDocument {
  readonly namespace: string;
  readonly handlers: readonly TemplateOutline[];
  readonly totalHandlers: number;
}

/** The former paths of `TemplatesController`, kept for clients that use them. */
@TaskerController('handlers')
export class HandlersController {
  constructor(@Inject(TemplateReader) private readonly templates: Scoped<TemplateReader>) {}

  @Get()
  @RequirePermission('tasker.handler:index')
  async namespaces(@Granted() { scope }: Grant): Promise<NamespaceListDocument> {
    const namespaces = await this.templates.namespaces(scope);
    return { namespaces, totalNamespaces: namespaces.length };
  }

  @Get(':namespace')
  @RequirePermission('tasker.handler:index')
  async list(@Param('namespace') namespace: string, @Granted() { scope }: Grant): Promise<HandlerListDocument> {
    const handlers = await this.templates.list(namespace, scope);
    return { namespace, handlers, totalHandlers: handlers.length };
  }

  @Get(':namespace/:name')
  @RequirePermission('tasker.handler:show')
  show(
    @Param('namespace') namespace: string,
    @Param('name') name: string,
    @Query(new QueryPipe(VERSION)) { version = 'latest' }: QueryOf<typeof VERSION>,
    @Granted() { scope }: Grant,
  ): Promise<TemplateDocument> {
    return this.templates.get(namespace, name, version, scope);
  }
}
