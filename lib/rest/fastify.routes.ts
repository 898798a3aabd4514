import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { MountPath } from './mount.path.js';

type ErrorHandler = (error: unknown, request: unknown, reply: unknown) => unknown;

/** A route, as Fastify passes it to the hook `onRoute`. */
interface FastifyRoute {
  readonly url: string;
  readonly method: string | readonly string[];
  errorHandler?: ErrorHandler;
}

interface SlashRules {
  readonly ignoreTrailingSlash?: boolean;
}

interface FastifyInstance {
  readonly errorHandler: ErrorHandler;
  addHook(name: 'onRoute', hook: (this: FastifyInstance, route: FastifyRoute) => void): void;
  readonly initialConfig: SlashRules & { readonly routerOptions?: SlashRules };
  route(route: FastifyRoute): void;
}

/**
 * Makes the routes of the package behave on Fastify as on Express:
 *
 * - a slash at the end of a path makes no difference
 * - their errors reach the filters. A route keeps the error handler that is set when the plugins before it are loaded.
 *   Nest sets its own after `onModuleInit`; if a module waits for a plugin there, as Mercurius does, all routes keep
 *   that of Fastify, and no filter gets the error of a body that is not JSON. So these routes look up the handler when
 *   an error occurs.
 */
@Injectable()
export class FastifyRoutes {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly mount: MountPath,
  ) {}

  /** Must be called before any route is added. */
  attach(): void {
    const { httpAdapter } = this.host;
    if (httpAdapter.getType() !== 'fastify') return;
    const { mount } = this;
    const fastify = httpAdapter.getInstance<FastifyInstance>();
    const { ignoreTrailingSlash, routerOptions } = fastify.initialConfig;
    const ignoresSlashes = routerOptions?.ignoreTrailingSlash ?? ignoreTrailingSlash ?? false;
    fastify.addHook('onRoute', function (route) {
      if (!mount.isAbove(route.url)) return;
      route.errorHandler ??= (...failed) => this.errorHandler(...failed);
      // Fastify adds a `HEAD` to each `GET`, and so to the one with a slash, too.
      if (ignoresSlashes || route.method === 'HEAD' || route.url.endsWith('/')) return;
      this.route({ ...route, url: `${route.url}/` });
    });
  }
}
