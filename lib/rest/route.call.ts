import { createParamDecorator, HttpStatus, type ExecutionContext } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { operatorOf } from '../auth/caller.js';
import { grantOf, type Grant } from '../auth/grant.js';
import { referenceFrom, targetOf } from '../auth/request.target.js';
import { entityTag, isKnown } from './entity.tag.js';
import { isSafe } from './media-type.guard.js';
import { linksOf, type PageCursors } from './page.links.js';

/** A permitted request to a route, and the headers and the status of its answer, on either server. */
export class RouteCall {
  readonly request: object;
  readonly grant: Grant;
  readonly #http: AbstractHttpAdapter;
  readonly #response: unknown;

  constructor(context: ExecutionContext) {
    [this.request, this.#response] = context.getArgs<[object, unknown]>();
    this.grant = grantOf(context);
    this.#http = adapters.get(this.request)!;
  }

  /** See `operatorOf`. */
  operator(body: Parameters<typeof operatorOf>[1]): ReturnType<typeof operatorOf> {
    return operatorOf(this.request, body);
  }

  status(status: HttpStatus): void {
    this.#http.status(this.#response, status);
  }

  header(name: string, value: string): void {
    this.#http.setHeader(this.#response, name, value);
  }

  /** Refers to what the request has made. For `climb`, see `referenceFrom`. */
  locate({ id }: { readonly id: string }, climb = 0): void {
    this.header('Location', referenceFrom(targetOf(this.#http, this.request).path, climb, id));
  }

  /** Refers to the pages next to the requested one. */
  link(cursors: PageCursors): void {
    const links = linksOf(targetOf(this.#http, this.request).query, cursors);
    if (links !== '') this.header('Link', links);
  }

  /** The document as the body of the answer, with its ETag; undefined with status 304 if the caller already has it. */
  revised<Document extends { readonly revision: string }>(document: Document): Document | undefined {
    const tag = entityTag(document);
    this.header('ETag', tag);
    const method = String(this.#http.getRequestMethod(this.request));
    if (!isSafe({ method }) || !isKnown(this.request, tag)) return document;
    this.status(HttpStatus.NOT_MODIFIED);
    return undefined;
  }
}

/** By request, because Nest gives adapters to providers only. */
const adapters = new WeakMap<object, AbstractHttpAdapter>();

/** Must be called before a method of a controller is. */
export function rememberAdapter(request: object, http: AbstractHttpAdapter): void {
  adapters.set(request, http);
}

/** The call of a method of a controller. */
export const Called = createParamDecorator((_: unknown, context: ExecutionContext) => new RouteCall(context));
