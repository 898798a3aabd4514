/** Notifies other parts of the process. Listeners are called at once, in the order in which they were added. */
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
