// Owns one timer that can be moved: at most one moment is waited for. Must not know what happens then.
import type { Clock } from './clock.ts';

/** Rings once at the moment it was last set to. */
export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #atMs: number | undefined;
  #cancel: () => void = () => {};

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** The moment waited for, on the clock's scale; undefined when none is. */
  get atMs(): number | undefined {
    return this.#atMs;
  }

  /** Waits for `atMs` and for no other moment; one that has passed rings as soon as the event loop comes to it. */
  set(atMs: number): void {
    if (this.#atMs === atMs) return;
    this.clear();
    this.#atMs = atMs;
    const ring = () => {
      this.#atMs = undefined;
      this.#ring();
    };
    this.#cancel = this.#clock.setTimer(ring, Math.max(0, atMs - this.#clock.nowMs()));
  }

  /** Waits for nothing. */
  clear(): void {
    this.#cancel();
    this.#atMs = undefined;
  }
}
