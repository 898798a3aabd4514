import { open } from 'node:fs/promises';

const LINE_FEED = 10;

/**
 * Appends lines to a file and waits until they are on disk. If an earlier process was killed while it wrote, its half line
 * gets an end, so that it spoils no other.
 */
export async function appendLines(path: string, lines: readonly string[]): Promise<void> {
  const file = await open(path, 'a+', 0o640);
  try {
    const { size } = await file.stat();
    const last = Buffer.alloc(1, LINE_FEED);
    if (size > 0) await file.read(last, 0, 1, size - 1);
    const start = last[0] === LINE_FEED ? '' : '\n';
    await file.appendFile(start + lines.map((line) => `${line}\n`).join(''));
    await file.sync();
  } finally {
    await file.close();
  }
}
