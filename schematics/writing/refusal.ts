/** A reason for writing nothing; the message is one sentence for the person who typed the command, printed without a stack. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

/** A file of the host that is not what its name says, with what the parser says of it. */
export function unreadable(path: string, cause: unknown): Refusal {
  return new Refusal(`${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
}
