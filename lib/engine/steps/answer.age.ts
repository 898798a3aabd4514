/**
 * The age of an answer, measured from before the request. It uses two clocks, because the monotonic one stands still
 * while the machine is suspended, and the other one may be set back.
 */
export class AnswerAge {
  private readonly askedAt = performance.now();
  private readonly askedOn = Date.now();

  get ms(): number {
    return Math.max(performance.now() - this.askedAt, Date.now() - this.askedOn);
  }
}
