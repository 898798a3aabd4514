/** So many of the elements, and with the next turn others, so that all of them have theirs. */
export function inTurn<Element>(elements: readonly Element[], turn: number, count: number): readonly Element[] {
  const first = turn % elements.length;
  return [...elements, ...elements].slice(first, first + Math.min(count, elements.length));
}
