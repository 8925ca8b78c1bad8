// Owns the names of the stages that a predict call passes. Logs, headers and metrics use these and no others.

export const stages = ['admit', 'parse', 'fetch', 'infer', 'respond'] as const;
export type Stage = (typeof stages)[number];

/** Adds up how long one call spent in each stage. */
export class StageTimes {
  readonly #milliseconds = new Map<Stage, number>();
  #since = performance.now();

  /** Books the time since the last mark (or since construction) on `stage`. */
  mark(stage: Stage): void {
    const now = performance.now();
    this.#milliseconds.set(stage, (this.#milliseconds.get(stage) ?? 0) + now - this.#since);
    this.#since = now;
  }

  /** Milliseconds by stage with two decimals, for a log line. */
  milliseconds(): Partial<Record<Stage, number>> {
    return Object.fromEntries([...this.#milliseconds].map(([stage, ms]) => [stage, Math.round(ms * 100) / 100]));
  }
}
