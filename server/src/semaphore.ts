// Owns a fair count of places: who waits longest goes next. Must not know what the places are for.

/** At most `places` holders at once; waiters are served in the order in which they came. */
export class Semaphore {
  #free: number;
  // A Set keeps insertion order and lets an aborted waiter leave the middle of the line at once.
  readonly #waiting = new Set<() => void>();

  /** @param places whole number, at least 1. */
  constructor(places: number) {
    if (!Number.isSafeInteger(places) || places < 1) {
      throw new RangeError(`expected a whole number of places, at least 1, but ${places} came`);
    }
    this.#free = places;
  }

  /**
   * Waits for a place.
   *
   * @returns the function that gives the place back; calling it again does nothing.
   * @throws the signal's reason when it aborts first; the waiter has then left the line.
   */
  async acquire(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#free > 0) this.#free -= 1;
    else await this.#turn(signal);
    let held = true;
    return () => {
      if (held) this.#passOn();
      held = false;
    };
  }

  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const grant = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        this.#waiting.delete(grant);
        reject(signal.reason);
      };
      this.#waiting.add(grant);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  /** The place goes straight to the next waiter, so that no newcomer can take it in between. */
  #passOn(): void {
    const next = this.#waiting.values().next();
    if (next.done) {
      this.#free += 1;
      return;
    }
    this.#waiting.delete(next.value);
    next.value();
  }
}
