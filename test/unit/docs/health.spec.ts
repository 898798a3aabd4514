import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { read, ROOT, tableBelow } from './pages.js';

/** Keys of faults as the code gives them: of a duty or of a `fault`, as a constant, and where one is reported. */
const KEY = /\b(?:key: |const [A-Z]+ = |report\(\s*|noteFault\(\s*)'([a-z_]+)'/g;

const ROOMS = ['lib/engine', 'lib/webhooks'];

function reportedKeys(): ReadonlySet<string> {
  const files = ROOMS.flatMap((room) =>
    readdirSync(join(ROOT, room), { recursive: true }).map((file) => `${room}/${String(file)}`),
  );
  const texts = files.filter((file) => file.endsWith('.ts')).map(read);
  return new Set(
    texts.filter((text) => text.includes('faults')).flatMap((text) => [...text.matchAll(KEY)].map(([, key]) => key!)),
  );
}

describe('the table of checks of readiness', () => {
  it('has each fault that the engine and the webhooks report', () => {
    const written = tableBelow('docs/operating.md', 'Health').flatMap(({ check }) =>
      check!.replaceAll('`', '').split(', '),
    );
    expect(written.toSorted()).toEqual([...reportedKeys()].toSorted());
  });
});
