/** Something that happens in one part of the process and that other parts react to, at once and in the order in which they came. */
export class Signal<Payload = void> {
  private readonly listeners = new Set<(payload: Payload) => void>();

  /** Returns a function that removes the listener. */
  listen(listener: (payload: Payload) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Calls the listeners; an error of a listener reaches the caller. */
  emit(payload: Payload): void {
    for (const listener of this.listeners) listener(payload);
  }
}
