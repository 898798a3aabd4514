/** How to go on from a page: what to give as `after` or as `before`; null where the list ends. */
export interface PageCursors {
  readonly next: string | null;
  readonly previous: string | null;
}

/** A page of a list, whatever is listed. */
interface Page {
  readonly items: readonly { readonly cursor: string }[];
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
}

export function cursorsOf({ items, hasNext, hasPrevious }: Page): PageCursors {
  return {
    next: hasNext ? (items.at(-1)?.cursor ?? null) : null,
    previous: hasPrevious ? (items[0]?.cursor ?? null) : null,
  };
}

/**
 * The value of the header `Link` (RFC 8288) for the pages around the one that was asked for by this query; empty when there
 * is none. Relative to its URL.
 */
export function linksOf(query: string, { next, previous }: PageCursors): string {
  const link = (rel: string, parameter: string, cursor: string | null): string[] => {
    if (cursor === null) return [];
    const parameters = new URLSearchParams(query);
    parameters.delete('after');
    parameters.delete('before');
    parameters.set(parameter, cursor);
    return [`<?${parameters.toString()}>; rel="${rel}"`];
  };
  return [...link('next', 'after', next), ...link('prev', 'before', previous)].join(', ');
}
