import { applyDecorators, Controller, UseGuards, VERSION_NEUTRAL } from '@nestjs/common';
import { OwnRoute } from './own-route.decorator.js';
import { SpellingGuard } from './spelling.guard.js';
import type { TaskerRoute } from './tasker-request.js';

/** A controller of ours below the mount path, whatever versions of its API the host has. */
export const OwnController = (path: string, route: TaskerRoute): ClassDecorator =>
  applyDecorators(Controller({ path, version: VERSION_NEUTRAL }), OwnRoute(route), UseGuards(SpellingGuard));
