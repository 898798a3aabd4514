import { HttpStatus, Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { pathOf } from '../auth/request.target.js';
import { TASKER_OPTIONS } from '../options/options.module.js';
import type { ResolvedOptions } from '../options/resolve.options.js';
import { ALLOW_ORIGIN, isPreflight, originHeaders, preflightHeaders, variedBy } from './cors.headers.js';
import { MountPath } from './mount.path.js';

/** The fields that requests of Express and Fastify have in common. */
interface Request {
  readonly method: string;
  /** Relative to the application, if it is mounted in another. */
  readonly url: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

type Next = () => void;
type Hook = (request: Request, response: object, next: Next) => void;

interface FastifyInstance {
  addHook(name: 'onRequest', hook: Hook): void;
}

/** Permits the origins of the option `cors` to use the routes of the package, and no others. */
@Injectable()
export class CrossOrigin {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly mount: MountPath,
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  /**
   * Must be called before any route is added. It uses the hooks of the servers, which are called for every request,
   * because a preflight has no route.
   */
  attach(): void {
    if (this.options.cors.origins.length === 0) return;
    const { httpAdapter } = this.host;
    const hook: Hook = (request, response, next) => this.answer(request, response, next);
    if (httpAdapter.getType() === 'fastify') httpAdapter.getInstance<FastifyInstance>().addHook('onRequest', hook);
    else httpAdapter.use(hook);
  }

  /**
   * Sets the headers of an answer, unless they are set. On Express, a body that cannot be parsed is refused before the
   * hook is called, so the filter of such errors calls this, too.
   */
  permit(request: unknown, response: unknown): boolean {
    const { url, headers } = request as Request;
    const { cors } = this.options;
    const path = pathOf(url);
    if (cors.origins.length === 0 || !this.mount.isAbove(path) || this.mount.isAboveDashboard(path)) return false;
    // The host permits origins itself: browsers refuse an answer that permits two.
    if (this.header(response, ALLOW_ORIGIN) !== undefined) return false;
    if (!cors.origins.includes('*')) this.vary(response, 'Origin');
    const permitted = originHeaders(headers, cors);
    this.set(response, permitted ?? {});
    return permitted !== null;
  }

  private answer(request: Request, response: object, next: Next): void {
    const { method, headers } = request;
    if (!this.permit(request, response) || !isPreflight(method, headers)) {
      next();
      return;
    }
    this.vary(response, 'Access-Control-Request-Headers');
    this.set(response, preflightHeaders(headers, this.options.cors));
    this.host.httpAdapter.reply(response, undefined, HttpStatus.NO_CONTENT);
  }

  private vary(response: unknown, name: string): void {
    this.set(response, { Vary: variedBy(this.header(response, 'Vary'), name) });
  }

  private header(response: unknown, name: string): string | readonly string[] | undefined {
    return this.host.httpAdapter.getHeader(response, name) as string | readonly string[] | undefined;
  }

  private set(response: unknown, headers: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(headers)) this.host.httpAdapter.setHeader(response, name, value);
  }
}
