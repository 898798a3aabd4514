import { Inject, Param } from '@nestjs/common';
import { getTemplate, listNamespaces, listTemplates } from '../api/template.operations.js';
import { Granted, type Grant } from '../auth/grant.js';
import type { Scoped } from '../auth/scoped.js';
import {
  TemplateReader,
  type NamespaceOutline,
  type TemplateDocument,
  type TemplateOutline,
} from '../insight/template.reader.js';
import { QueryBy, type QueryOf } from './query.pipe.js';
import { Route } from './route.decorator.js';
import { TaskerController } from './tasker-controller.decorator.js';

export const VERSION_QUERY = {
  version: {
    kind: 'text',
    description: 'The version of the template: an exact version or `latest`. If omitted, `latest`.',
  },
} as const;

export interface NamespaceListDocument {
  readonly namespaces: readonly NamespaceOutline[];
  readonly totalNamespaces: number;
}

export interface TemplateListDocument {
  readonly namespace: string;
  readonly templates: readonly TemplateOutline[];
  readonly totalTemplates: number;
}

/** Task templates by namespace, name and version. */
@TaskerController('Templates')
export class TemplatesController {
  constructor(@Inject(TemplateReader) private readonly templates: Scoped<TemplateReader>) {}

  @Route(listNamespaces, { answers: { 200: 'NamespaceListDocument' } })
  async namespaces(@Granted() { scope }: Grant): Promise<NamespaceListDocument> {
    const namespaces = await this.templates.namespaces(scope);
    return { namespaces, totalNamespaces: namespaces.length };
  }

  @Route(listTemplates, { answers: { 200: 'TemplateListDocument' }, problems: [404] })
  async list(@Param('namespace') namespace: string, @Granted() { scope }: Grant): Promise<TemplateListDocument> {
    const templates = await this.templates.list(namespace, scope);
    return { namespace, templates, totalTemplates: templates.length };
  }

  @Route(getTemplate, { answers: { 200: 'TemplateDocument' }, problems: [404] })
  show(
    @Param('namespace') namespace: string,
    @Param('name') name: string,
    @QueryBy(VERSION_QUERY) { version }: QueryOf<typeof VERSION_QUERY>,
    @Granted() { scope }: Grant,
  ): Promise<TemplateDocument> {
    return this.templates.get(namespace, name, version, scope);
  }
}
