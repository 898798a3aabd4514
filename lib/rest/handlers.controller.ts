import { Inject, Param } from '@nestjs/common';
import { getHandler, listHandlers, listNamespacesOfHandlers } from '../api/template.operations.js';
import { Granted, type Grant } from '../auth/grant.js';
import type { Scoped } from '../auth/scoped.js';
import { TemplateReader, type TemplateDocument, type TemplateOutline } from '../insight/template.reader.js';
import { QueryBy, type QueryOf } from './query.pipe.js';
import { Route } from './route.decorator.js';
import { TaskerController } from './tasker-controller.decorator.js';
import { TemplatesController, VERSION_QUERY, type NamespaceListDocument } from './templates.controller.js';

export interface HandlerListDocument {
  readonly namespace: string;
  readonly handlers: readonly TemplateOutline[];
  readonly totalHandlers: number;
}

/** The former paths of `TemplatesController`, kept for clients that use them. */
@TaskerController('Templates')
export class HandlersController {
  private readonly templates: TemplatesController;

  constructor(@Inject(TemplateReader) reader: Scoped<TemplateReader>) {
    this.templates = new TemplatesController(reader);
  }

  @Route(listNamespacesOfHandlers, { answers: { 200: 'NamespaceListDocument' } })
  namespaces(@Granted() grant: Grant): Promise<NamespaceListDocument> {
    return this.templates.namespaces(grant);
  }

  @Route(listHandlers, { answers: { 200: 'HandlerListDocument' }, problems: [404] })
  async list(@Param('namespace') namespace: string, @Granted() grant: Grant): Promise<HandlerListDocument> {
    const { templates, totalTemplates } = await this.templates.list(namespace, grant);
    return { namespace, handlers: templates, totalHandlers: totalTemplates };
  }

  @Route(getHandler, { answers: { 200: 'TemplateDocument' }, problems: [404] })
  show(
    @Param('namespace') namespace: string,
    @Param('name') name: string,
    @QueryBy(VERSION_QUERY) query: QueryOf<typeof VERSION_QUERY>,
    @Granted() grant: Grant,
  ): Promise<TemplateDocument> {
    return this.templates.show(namespace, name, query, grant);
  }
}
