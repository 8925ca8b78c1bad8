// Owns a clock that stands still until a test moves it. Test support only.
import type { Clock } from '../clock.ts';

export class FakeClock implements Clock {
  #nowMs = 1000;
  readonly #timers = new Set<{ atMs: number; callback: () => void }>();

  nowMs(): number {
    return this.#nowMs;
  }

  /** Timers that were neither cancelled nor called. */
  get timers(): number {
    return this.#timers.size;
  }

  setTimer(callback: () => void, delayMs: number): () => void {
    const timer = { atMs: this.#nowMs + delayMs, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Moves the time and calls the timers that fall due, the earliest first, each at its own time. */
  advance(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      const [next] = [...this.#timers].filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs);
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#nowMs = next.atMs;
      next.callback();
    }
    this.#nowMs = untilMs;
  }

  /** Moves the time without calling timers, as when the event loop was busy. */
  oversleep(ms: number): void {
    this.#nowMs += ms;
  }
}
