import { Inject } from '@nestjs/common';
import { TASKER_OPTIONS } from '../options/options.module.js';
import type { ResolvedOptions } from '../options/resolve.options.js';
import { HTTP_HANDLER, type HttpDocument, type QueryValue } from '../templates/http-step.document.js';
import type { HttpRequest } from './http.request.js';
import { HttpStepHandler } from './http-step.handler.js';
import { fillIn, fillUrl } from './placeholder.values.js';
import type { StepContext } from './step-handler.contract.js';
import { StepHandler } from './step-handler.decorator.js';

/** Runs the steps that have `http` in their template: replaces the placeholders and sends the request. */
@StepHandler(HTTP_HANDLER)
export class TemplateHttpHandler extends HttpStepHandler {
  protected override readonly maxResponseBytes: number;

  constructor(@Inject(TASKER_OPTIONS) options: ResolvedOptions) {
    super();
    this.maxResponseBytes = options.steps.maxResultBytes;
  }

  protected request(context: StepContext): HttpRequest {
    const { url, method, body, redirects, ...rest } = context.config as unknown as HttpDocument; // checked when the template was loaded
    const { accepted_statuses, retryable_statuses, idempotency_header, query = {}, headers = {} } = rest;
    return {
      url: fillUrl(url, context),
      query: fillIn(query, context, 'query') as Readonly<Record<string, QueryValue>>,
      headers: fillIn(headers, context, 'headers') as Readonly<Record<string, string>>,
      ...(method !== undefined && { method }),
      ...(redirects !== undefined && { redirects }),
      ...(body !== undefined && { body: fillIn(body, context, 'body') }),
      ...(accepted_statuses !== undefined && { acceptedStatuses: accepted_statuses }),
      ...(retryable_statuses !== undefined && { retryableStatuses: retryable_statuses }),
      ...(idempotency_header !== undefined && { idempotencyHeader: idempotency_header }),
    };
  }
}
