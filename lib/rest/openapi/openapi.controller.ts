import { Controller, Get, Header, Inject, UseFilters, VERSION_NEUTRAL } from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import { OwnRoute } from '../../auth/own-route.decorator.js';
import { packageVersion } from '../../options/package.files.js';
import { MOUNT_PATH } from '../mount.path.js';
import { ProblemFilter } from '../problem.filter.js';
import type { OpenApiDocument } from './openapi.document.js';

/** The description of the API, which holds no data and so is public. */
@Controller({ path: 'openapi.json', version: VERSION_NEUTRAL })
@OwnRoute('openapi')
@UseFilters(ProblemFilter)
export class OpenApiController {
  private document: OpenApiDocument | undefined;

  constructor(
    @Inject(MOUNT_PATH) private readonly mountPath: string,
    private readonly config: ApplicationConfig,
  ) {}

  @Get()
  @Header('Cache-Control', 'max-age=300')
  async show(): Promise<OpenApiDocument> {
    const { openApiDocument } = await import('./openapi.document.js'); // large, and rarely asked for
    const parts = [this.config.getGlobalPrefix(), this.mountPath].flatMap((part) => part.split('/')).filter(Boolean);
    return (this.document ??= openApiDocument(`/${parts.join('/')}`, packageVersion()));
  }
}
