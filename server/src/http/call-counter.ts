// Owns the count of calls that are being answered, so that a drain knows when the last one is out.

export class CallCounter {
  #active = 0;
  #waiting: (() => void)[] = [];

  get active(): number {
    return this.#active;
  }

  enter(): void {
    this.#active += 1;
  }

  leave(): void {
    this.#active -= 1;
    if (this.#active > 0) return;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Resolves as soon as no call is being answered. */
  idle(): Promise<void> {
    return this.#active === 0 ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve));
  }
}
