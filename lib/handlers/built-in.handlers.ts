import { TemplateHttpHandler } from './template-http.handler.js';

/** The step handlers that need no class of the host's; their names begin with `tasker.`. */
export const BUILT_IN_HANDLERS = [TemplateHttpHandler] as const;
