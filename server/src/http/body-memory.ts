// Owns the count of the bytes that bodies hold in this process, from the first byte received until their call is answered, and
// its bound. Pure bookkeeping: must not know HTTP or what the bytes mean.

/** Meant to be one for the process: `new BodyMemory(limitBytes)`. */
export class BodyMemory {
  readonly limitBytes: number;
  #heldBytes = 0;

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes;
  }

  /** Bytes that all calls hold now. May pass the limit by what bodies become when they are decoded, see `BodyLease.become`. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** The share of one call, empty at first. To be disposed of when the call is over: `using lease = memory.open()`. */
  open(): BodyLease {
    let held = 0;
    let over = false;
    const hold = (bytes: number): void => {
      // What comes behind the end, for example from a stream that is still being taken down, counts no more.
      if (over) return;
      this.#heldBytes += bytes - held;
      held = bytes;
    };
    return {
      grow: (bytes) => {
        if (bytes > held && this.#heldBytes + bytes - held > this.limitBytes) return false;
        hold(bytes);
        return true;
      },
      become: hold,
      [Symbol.dispose]: () => {
        if (over) return;
        hold(0);
        over = true;
      },
    };
  }
}

/** What one call holds. */
export interface BodyLease extends Disposable {
  /** Holds `bytes` in all from now on; false, and nothing changes, when there is no room for them. */
  grow(bytes: number): boolean;
  /**
   * Holds `bytes` in all from now on, whether there is room or not: a body has been turned into something of another size. Refusing it
   * then would throw away the work, and the queue bounds how much of it can wait.
   */
  become(bytes: number): void;
}
