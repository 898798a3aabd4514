/** A schematic cannot do its work; the message is for the user of the command and is printed without a stack. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}
