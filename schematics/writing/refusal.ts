/** A schematic cannot do its work; the message is for the user of the command and is printed without a stack. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

/** A file of the host cannot be parsed; the message includes the reason of the parser. */
export function unreadable(path: string, cause: unknown): Refusal {
  return new Refusal(`${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
}
