/** Does `count` of something in batches of `size`: one after the other, or several at any time. */
export async function inBatches(
  count: number,
  size: number,
  work: (size: number) => Promise<unknown>,
  atATime = 1,
): Promise<void> {
  let begun = 0;
  const lane = async (): Promise<void> => {
    while (begun < count) {
      const batch = Math.min(size, count - begun);
      begun += batch;
      await work(batch);
    }
  };
  await Promise.all(times(atATime, lane));
}

export function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
