import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const lib = join(import.meta.dirname, '../../../lib');

/** Files below a room, with their text. */
function filesOf(room: string): readonly (readonly [string, string])[] {
  return readdirSync(join(lib, room), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => [`${room}/${file}`, readFileSync(join(lib, room, file), 'utf8')]);
}

describe('a reader that takes a scope', () => {
  const readers = ['insight', 'live', 'webhooks']
    .flatMap(filesOf)
    .filter(
      ([, text]) => text.includes('scope: TaskScope | null = null') || text.includes('Scope: TaskScope | null = null'),
    )
    .flatMap(([, text]) => /@Injectable\(\)\nexport class (\w+)/.exec(text)?.[1] ?? []);

  it('is found by this test', () => {
    expect(readers).toEqual(expect.arrayContaining(['TaskReader', 'StepReader', 'ChangeFeed', 'WebhookService']));
  });

  it('is injected into REST and GraphQL as `Scoped`, so that the compiler asks for the scope', () => {
    const direct = new RegExp(`private readonly \\w+: (?:${readers.join('|')})\\b`);
    const wrong = ['rest', 'graphql'].flatMap(filesOf).filter(([, text]) => direct.test(text));
    expect(wrong.map(([file]) => file)).toEqual([]);
  });
});
