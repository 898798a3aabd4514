/** The values of `after` and `before` for the neighbouring pages; null at the ends of the list. */
export interface PageCursors {
  readonly next: string | null;
  readonly previous: string | null;
}

/** A page of any list. */
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
 * The value of the header `Link` (RFC 8288) for the pages next to the one that this query requested, relative to its
 * URL; empty if there are none.
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
