/** What a user of `orval` writes to say where the API is. A stream is handed on as it is. */
export async function fetcher<Answer>(path: string, options: RequestInit): Promise<Answer> {
  const response = await fetch(`${process.argv[2]!}${path}`, options);
  const { status, headers } = response;
  if (headers.get('Content-Type')?.startsWith('text/event-stream')) {
    return { status, headers, data: response.body } as Answer;
  }
  const text = await response.text();
  return { status, headers, data: text === '' ? undefined : (JSON.parse(text) as unknown) } as Answer;
}
