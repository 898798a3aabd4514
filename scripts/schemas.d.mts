/** What lib/rest/openapi/openapi.schemas.ts should hold. */
export function schemasFile(): Promise<string>;
