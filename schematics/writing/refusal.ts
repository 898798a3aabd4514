/** What a schematic cannot do; the message is one sentence for whoever typed the command, printed without a stack. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}
