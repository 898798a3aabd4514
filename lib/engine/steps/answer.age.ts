/**
 * How old an answer is, from before it was asked for. By two clocks: the monotonic one stands still while a machine is suspended,
 * and the other may be set back.
 */
export class AnswerAge {
  private readonly askedAt = performance.now();
  private readonly askedOn = Date.now();

  get ms(): number {
    return Math.max(performance.now() - this.askedAt, Date.now() - this.askedOn);
  }
}
