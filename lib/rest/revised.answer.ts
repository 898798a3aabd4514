import { HttpStatus, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { entityTag, isKnown } from './entity.tag.js';
import { isSafe } from './media-type.guard.js';

/** Answers with a document and its ETag, or with 304 if the caller already has it. */
@Injectable()
export class RevisedAnswer {
  constructor(private readonly host: HttpAdapterHost) {}

  /** The document as the body of the answer; undefined with status 304. */
  of<Document extends { readonly revision: string }>(
    document: Document,
    request: unknown,
    response: unknown,
  ): Document | undefined {
    const { httpAdapter } = this.host;
    const tag = entityTag(document);
    httpAdapter.setHeader(response, 'ETag', tag);
    const method = String(httpAdapter.getRequestMethod(request));
    if (!isSafe({ method }) || !isKnown(request, tag)) return document;
    httpAdapter.status(response, HttpStatus.NOT_MODIFIED);
    return undefined;
  }
}
