// Owns the count of those who may still use something that is to be closed. Must not know what it is.

export class Holds {
  #count = 0;
  #waiting: (() => void)[] = [];

  get count(): number {
    return this.#count;
  }

  /** One more user, until the result is disposed. Disposing twice counts once. */
  take(): Disposable {
    let held = true;
    this.#count += 1;
    return {
      [Symbol.dispose]: () => {
        if (!held) return;
        held = false;
        this.#count -= 1;
        if (this.#count > 0) return;
        for (const resolve of this.#waiting.splice(0)) resolve();
      },
    };
  }

  /** Resolves as soon as nobody holds it. */
  released(): Promise<void> {
    return this.#count === 0 ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve));
  }
}
