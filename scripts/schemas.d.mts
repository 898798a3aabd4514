/** What lib/api/answer.schemas.ts should hold. */
export function schemasFile(): Promise<string>;
/** What lib/events/event.schemas.ts should hold. */
export function eventSchemasFile(): Promise<string>;
