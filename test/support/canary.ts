/** A text in the ways in which somebody who has its bytes could find it: as it is, in hexadecimal digits and in Base64. */
export function formsOf(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  // Within a longer text, Base64 begins at any of three places; the characters at the ends depend on what is there.
  const inBase64 = [0, 1, 2].map((before) =>
    Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .slice(before === 0 ? 0 : before + 1, -4),
  );
  return [text, bytes.toString('hex'), ...inBase64];
}

/** The names of the texts that hold any form of one of these. */
export function quoting(texts: Readonly<Record<string, string>>, sought: string): readonly string[] {
  const forms = formsOf(sought);
  return Object.entries(texts).flatMap(([name, text]) => (forms.some((form) => text.includes(form)) ? [name] : []));
}
