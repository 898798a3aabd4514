import fc from 'fast-check';

/** Code points that are no characters: a text has them in pairs only. */
const SURROGATES = { from: 0xd800, to: 0xdfff };
const SURROGATE_COUNT = SURROGATES.to - SURROGATES.from + 1;

/**
 * The unit of texts of any characters. Fast-check's own, `binary`, makes a table of all of them in each process, which takes a
 * second and much memory.
 */
export const anyCharacter = fc.nat({ max: 0x10_ffff - SURROGATE_COUNT }).map(
  (index) => String.fromCodePoint(index < SURROGATES.from ? index : index + SURROGATE_COUNT),
  (character) => {
    const code = characterCode(character);
    return code < SURROGATES.from ? code : code - SURROGATE_COUNT;
  },
);

/** @throws for what is no single character, by which fast-check finds out whether a text is made of this unit */
function characterCode(character: unknown): number {
  const code = typeof character === 'string' ? (character.codePointAt(0) ?? NaN) : NaN;
  const isSurrogate = code >= SURROGATES.from && code <= SURROGATES.to;
  if (isSurrogate || Number.isNaN(code) || String.fromCodePoint(code) !== character) throw new Error('no character');
  return code;
}
