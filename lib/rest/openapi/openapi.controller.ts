import { Get, Header, UseFilters } from '@nestjs/common';
import { OwnController } from '../../auth/own-controller.decorator.js';
import { packageVersion } from '../../options/package.files.js';
import { ProblemFilter } from '../problem.filter.js';
import type { OpenApiDocument } from './openapi.document.js';

/** The description of the API. It contains no data, and so is public. */
@OwnController('openapi.json', 'openapi')
@UseFilters(ProblemFilter)
export class OpenApiController {
  private document: OpenApiDocument | undefined;

  @Get()
  @Header('Cache-Control', 'max-age=300')
  async show(): Promise<OpenApiDocument> {
    const { openApiDocument } = await import('./openapi.document.js'); // large, and rarely requested
    return (this.document ??= openApiDocument('.', packageVersion()));
  }
}
