/** What lib/api/answer.schemas.ts should hold. */
export function schemasFile(): Promise<string>;
