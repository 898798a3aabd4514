/**
 * Does the work for each item, one after the other, also if it fails for some of them.
 * @throws the first error, when all items had their turn
 */
export async function forEachApart<Item>(items: Iterable<Item>, work: (item: Item) => Promise<void>): Promise<void> {
  const errors: unknown[] = [];
  for (const item of items) await work(item).catch((error: unknown) => errors.push(error));
  if (errors.length > 0) throw errors[0];
}
