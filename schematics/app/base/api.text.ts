import type { NewFile } from '../../writing/write.files';

export const GET_JSON: NewFile = {
  path: 'src/api/get-json.ts',
  text: `import { PermanentError } from 'nestjs-tasker';

/** Asking again later may help: the request took too long, came too early, or exceeded a limit. */
const RETRYABLE = [408, 425, 429];

/**
 * The JSON answer to a GET request. Errors of the server and of the network are retried.
 *
 * @throws PermanentError when the server refuses the request as such, as with 404
 */
export async function getJson<T>(url: string, signal: AbortSignal): Promise<T> {
  const response = await fetch(url, { signal });
  const { status } = response;
  if (response.ok) return (await response.json()) as T;
  const message = \`GET \${url} was answered \${status}\`;
  if (status >= 500 || RETRYABLE.includes(status)) throw new Error(message);
  throw new PermanentError(message, { code: \`HTTP_\${status}\` });
}
`,
};
