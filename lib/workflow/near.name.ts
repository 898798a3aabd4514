/** Longer lists of known names are cut, because the nearest name is given anyway. */
const NAMES_LISTED = 30;

/**
 * `unknown step "x"; known: a, b. Did you mean "b"?`: the wording for all unknown names.
 *
 * @param what the kind of thing that the name is for
 */
export function unknownName(what: string, name: string, known: Iterable<string>): string {
  const names = [...known]; // an iterator can be read only once
  return `unknown ${what} "${name}"; known: ${listNames(names)}${nearNameHint(name, names)}`;
}

/** The end of a message about an unknown name: `. Did you mean "b"?`, or nothing. */
export function nearNameHint(name: string, known: Iterable<string>): string {
  const near = nearestName(name, known);
  return near === undefined ? '' : `. Did you mean "${near}"?`;
}

/** `a, b`, `none`, or the first names of many. */
export function listNames(known: Iterable<string>): string {
  const names = [...known];
  if (names.length <= NAMES_LISTED) return names.join(', ') || 'none';
  return `${names.slice(0, NAMES_LISTED).join(', ')} and ${names.length - NAMES_LISTED} more`;
}

/**
 * The known name that was probably meant: one that is at most two edits per five letters away, or else one that has all
 * words of `name`, as `timeout_seconds` has those of `timeout`, or whose words `name` has all.
 */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  const candidates = [...known].map((candidate) => ({
    candidate,
    edits: editDistance(name.toLowerCase(), candidate.toLowerCase()),
  }));
  const near = candidates.filter(({ candidate, edits }) => edits <= Math.max(name.length, candidate.length) / 2.5);
  const alike = near.length > 0 ? near : candidates.filter(({ candidate }) => shareWords(name, candidate));
  return alike.sort((a, b) => a.edits - b.edits)[0]?.candidate;
}

function shareWords(one: string, other: string): boolean {
  const [few, many] = [wordsOf(one), wordsOf(other)].sort((a, b) => a.length - b.length) as [string[], string[]];
  return few.length > 0 && few.every((word) => many.includes(word));
}

/** The words of a name in `snake_case`, `kebab-case`, `dotted.case` or `camelCase`. */
function wordsOf(name: string): string[] {
  return name
    .replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, ' ')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word.length > 1);
}

/** The Levenshtein distance, calculated one row of the table at a time. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, length) => length);
  for (let i = 0; i < from.length; i += 1) {
    const next = [i + 1];
    for (let j = 0; j < to.length; j += 1) {
      const replaced = row[j]! + (from[i] === to[j] ? 0 : 1);
      next.push(Math.min(next[j]! + 1, row[j + 1]! + 1, replaced));
    }
    row = next;
  }
  return row[to.length]!;
}
