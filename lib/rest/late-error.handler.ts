import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { MountPath } from './mount.path.js';

type ErrorHandler = (error: unknown, request: unknown, reply: unknown) => unknown;

/** What Fastify tells of a route that is being added. */
interface FastifyRoute {
  readonly url: string;
  errorHandler?: ErrorHandler;
}

interface FastifyInstance {
  readonly errorHandler: ErrorHandler;
  addHook(name: 'onRoute', hook: (this: FastifyInstance, route: FastifyRoute) => void): void;
}

/**
 * On Fastify a route keeps the error handler that there is when the plugins before it are loaded. Nest sets its own after
 * `onModuleInit`; a module that waits for a plugin there, as Mercurius does, leaves all routes with that of Fastify, and no
 * filter hears of a body that is no JSON. So routes below our mount path ask for the handler when there is an error.
 */
@Injectable()
export class LateErrorHandler {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly mount: MountPath,
  ) {}

  /** Before any route is added. */
  attach(): void {
    const { httpAdapter } = this.host;
    if (httpAdapter.getType() !== 'fastify') return;
    const { mount } = this;
    httpAdapter.getInstance<FastifyInstance>().addHook('onRoute', function (route) {
      if (mount.isAbove(route.url)) route.errorHandler ??= (...failed) => this.errorHandler(...failed);
    });
  }
}
