// Owns the clock of the queue and the batcher: monotonic milliseconds and timers, so that tests can hold and move time.
// Must not know what is timed.

/** A monotonic clock. `nowMs` and every deadline compared with it count from the same origin. */
export interface Clock {
  nowMs(): number;
  /** Calls back once after `delayMs` (0 or more); the returned function cancels that. */
  setTimer(callback: () => void, delayMs: number): () => void;
}

/** Longest delay that setTimeout takes (a signed 32-bit number); beyond it Node would fire after 1 ms. */
const MAX_TIMER_DELAY_MS = 2 ** 31 - 1;

/** The clock of `performance.now()`. A timer may fire early when the delay is over 24 days: callers look at the time. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  setTimer(callback, delayMs) {
    const timer = setTimeout(callback, Math.min(Math.ceil(delayMs), MAX_TIMER_DELAY_MS));
    return () => clearTimeout(timer);
  },
};
