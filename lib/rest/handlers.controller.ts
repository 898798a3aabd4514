import { Get, Param } from '@nestjs/common';
import { Granted, type Grant } from '../auth/grant.js';
import { RequirePermission } from '../auth/require-permission.decorator.js';
import type { TemplateOutline } from '../insight/template.reader.js';
import { TaskerController } from './tasker-controller.decorator.js';
import { TemplateRoutes } from './templates.controller.js';

export interface HandlerListDocument {
  readonly namespace: string;
  readonly handlers: readonly TemplateOutline[];
  readonly totalHandlers: number;
}

/** The former paths of `TemplatesController`, kept for clients that use them. */
@TaskerController('handlers')
export class HandlersController extends TemplateRoutes {
  @Get(':namespace')
  @RequirePermission('tasker.handler:index')
  async list(@Param('namespace') namespace: string, @Granted() { scope }: Grant): Promise<HandlerListDocument> {
    const handlers = await this.templates.list(namespace, scope);
    return { namespace, handlers, totalHandlers: handlers.length };
  }
}
