import { Get, Header, UseFilters, UseGuards } from '@nestjs/common';
import { CanBeOpen, OpenRouteGuard } from '../../auth/open-route.guard.js';
import { OwnController } from '../../auth/own-controller.decorator.js';
import { packageVersion } from '../../options/package.files.js';
import { ProblemFilter } from '../problem.filter.js';
import type { OpenApiDocument } from './openapi.document.js';

/** The description of the API. It contains no data, and is public unless the options say otherwise. */
@OwnController('openapi.json', 'openapi')
@CanBeOpen('openapi')
@UseFilters(ProblemFilter)
@UseGuards(OpenRouteGuard)
export class OpenApiController {
  private document: OpenApiDocument | undefined;

  @Get()
  @Header('Cache-Control', 'max-age=300')
  async show(): Promise<OpenApiDocument> {
    const { openApiDocument } = await import('./openapi.document.js'); // large, and rarely requested
    return (this.document ??= openApiDocument('.', packageVersion()));
  }
}
