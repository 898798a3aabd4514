import { applyDecorators, SetMetadata, UseInterceptors } from '@nestjs/common';
import { answerKeeper } from './own.answer.js';
import { markRoute, type TaskerRoute } from './tasker-request.js';

/** Of `@ApiExcludeController()`; `@nestjs/swagger` reads the first element. */
const EXCLUDED_FROM_SWAGGER = 'swagger/apiExcludeController';

/** A controller or resolver of ours: known to `isTaskerRequest`, absent from the host's OpenAPI document, and answering as documented. */
export const OwnRoute = (route: TaskerRoute): ClassDecorator =>
  applyDecorators(
    (target: object) => markRoute(target, route),
    SetMetadata(EXCLUDED_FROM_SWAGGER, [true]),
    UseInterceptors(answerKeeper),
  );
