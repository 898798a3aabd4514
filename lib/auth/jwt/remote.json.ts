/** How long another service may take to answer, in milliseconds. */
const TIMEOUT_MS = 5_000;
const MOST_BYTES = 1_000_000;

/**
 * Reads a document of another service, within bounds. Redirects are not followed: they could leave the checked address.
 * @throws the reason, as an error whose message continues a sentence
 */
export async function remoteJson(url: string): Promise<unknown> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch(url, { signal, redirect: 'error', headers: { accept: 'application/json' } });
  if (!response.ok) {
    await response.body?.cancel(); // or the connection would stay open
    throw new Error(`the status is ${response.status}`);
  }
  return JSON.parse(await textOf(response));
}

async function textOf(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += part.length;
    if (bytes > MOST_BYTES) throw new Error(`the answer is larger than ${MOST_BYTES} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** Whether others cannot change what is read from the URL: `https`, or `http` to this machine, and no password in it. */
export function isSafeUrl(value: unknown): value is string {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : null;
  if (url?.username !== '' || url.password !== '') return false;
  if (url.protocol === 'https:') return true;
  return url.protocol === 'http:' && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
}
