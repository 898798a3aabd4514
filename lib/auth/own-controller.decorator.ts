import { applyDecorators, Controller, UseGuards, VERSION_NEUTRAL } from '@nestjs/common';
import { OwnRoute } from './own-route.decorator.js';
import { SpellingGuard } from './spelling.guard.js';
import type { TaskerRoute } from './tasker-request.js';

/** Marks a controller of the package below the mount path, independent of the host's API versions. */
export const OwnController = (path: string, route: TaskerRoute): ClassDecorator =>
  applyDecorators(Controller({ path, version: VERSION_NEUTRAL }), OwnRoute(route), UseGuards(SpellingGuard));
