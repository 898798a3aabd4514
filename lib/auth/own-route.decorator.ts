import { applyDecorators, SetMetadata, UseInterceptors } from '@nestjs/common';
import { answerKeeper } from './own.answer.js';
import { markRoute, type TaskerRoute } from './tasker-request.js';

/** The metadata key of `@ApiExcludeController()`. `@nestjs/swagger` reads the first element. */
const EXCLUDED_FROM_SWAGGER = 'swagger/apiExcludeController';

/**
 * Marks a controller or resolver of the package for `isTaskerRequest`, hides it from the host's OpenAPI document, and
 * keeps its answers.
 */
export const OwnRoute = (route: TaskerRoute): ClassDecorator =>
  applyDecorators(
    (target: object) => markRoute(target, route),
    SetMetadata(EXCLUDED_FROM_SWAGGER, [true]),
    UseInterceptors(answerKeeper),
  );
