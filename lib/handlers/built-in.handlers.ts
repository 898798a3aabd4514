import { TemplateHttpHandler } from './template-http.handler.js';

/** The step handlers that the package provides. Their names begin with `tasker.`. */
export const BUILT_IN_HANDLERS = [TemplateHttpHandler] as const;
