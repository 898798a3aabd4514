/** Requests under way at a time. */
const AT_ONCE = 4;

/** Does the work for each element, for several at a time. */
export async function atOnce<Element>(
  elements: readonly Element[],
  work: (element: Element) => Promise<unknown>,
): Promise<void> {
  const left = elements.values();
  const takeTurns = async (): Promise<void> => {
    for (const element of left) await work(element);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, takeTurns));
}
