import type { Response } from 'supertest';

/** Where the `Location` of an answer leads to: path and query. */
export const locationOf = (answer: Response): string => resolved(answer.headers.location!, answer.request.url);

/** Where the `Link` of an answer leads to, by relation. */
export const linksOf = (answer: Response): Record<string, string> =>
  Object.fromEntries(
    [...answer.headers.link!.matchAll(/<([^>]*)>; rel="(\w+)"/g)].map(([, target, rel]) => [
      rel!,
      resolved(target!, answer.request.url),
    ]),
  );

/** Where a reference leads to, for one who asked for the URL. */
export function resolved(reference: string, url: string): string {
  const { pathname, search } = new URL(reference, url);
  return pathname + search;
}
