/** How long another service may take to answer, in milliseconds. */
const TIMEOUT_MS = 5_000;
const MOST_BYTES = 1_000_000;

/** A form to send, and the headers for it. */
export interface RemoteForm {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: URLSearchParams;
}

/** The service has answered, but not with a document. */
export class RemoteAnswerError extends Error {
  constructor(
    readonly status: number,
    message = `the status is ${status}`,
  ) {
    super(message);
  }
}

/**
 * Reads a document of another service, within bounds. Redirects are not followed: they could leave the checked address.
 * @param form sent by POST; without one, the request is a GET
 * @throws the reason, as an error whose message continues a sentence; RemoteAnswerError if the service has answered
 */
export async function remoteJson(url: string, form?: RemoteForm): Promise<unknown> {
  const response = await fetch(url, {
    ...(form && { method: 'POST', body: form.body }),
    headers: { accept: 'application/json', ...form?.headers },
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) {
    await response.body?.cancel(); // or the connection would stay open
    throw new RemoteAnswerError(response.status);
  }
  return parsed(await boundedText(response), response.status);
}

/** @throws RemoteAnswerError if the body is too large */
export async function boundedText(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += part.length;
    if (bytes > MOST_BYTES)
      throw new RemoteAnswerError(response.status, `the answer is larger than ${MOST_BYTES} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** The error of JSON.parse quotes the text, which may be private. */
function parsed(text: string, status: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RemoteAnswerError(status, 'the answer is not JSON');
  }
}

/** Whether others cannot change what is read from the URL: `https`, or `http` to this machine, and no password in it. */
export function isSafeUrl(value: unknown): value is string {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : null;
  if (url?.username !== '' || url.password !== '') return false;
  if (url.protocol === 'https:') return true;
  return url.protocol === 'http:' && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
}
