// Owns the names of the stages that a predict call passes, and how long one call was in each. Logs, headers, metrics and
// traces use these names and no others. Must not know what a stage does.

/**
 * `fetch` only when an instance lies in cloud storage. `queue` ends when a worker takes the call's first instance, `infer` when
 * its last one has its result.
 */
export const stages = ['admit', 'parse', 'fetch', 'queue', 'infer', 'respond'] as const;
export type Stage = (typeof stages)[number];

/** One stage of one call, on the clock of `performance.now()`. */
export interface PassedStage {
  readonly stage: Stage;
  readonly startMs: number;
  readonly endMs: number;
}

/** The stages of one call, one after the other without gaps. Begins with `admit`. */
export class StageTimes {
  readonly #passed: PassedStage[] = [];
  #current: Stage = 'admit';
  #sinceMs = performance.now();

  /** The stage that the call is in. */
  get current(): Stage {
    return this.#current;
  }

  /** The stages that have ended, in their order. */
  get passed(): readonly PassedStage[] {
    return this.#passed;
  }

  /** Ends the current stage and begins `next`. A stage is entered once. */
  enter(next: Stage, nowMs = performance.now()): void {
    this.end(nowMs);
    this.#current = next;
  }

  /** Ends the current stage. */
  end(nowMs = performance.now()): void {
    this.#passed.push({ stage: this.#current, startMs: this.#sinceMs, endMs: nowMs });
    this.#sinceMs = nowMs;
  }

  /** Milliseconds by stage with two decimals, for a log line. */
  milliseconds(): Partial<Record<Stage, number>> {
    return Object.fromEntries(this.#passed.map((passed) => [passed.stage, roundedMs(passed)]));
  }

  /** The passed stages as a Server-Timing header (W3C Server Timing): `admit;dur=0.21, parse;dur=1.04`, in milliseconds. */
  serverTiming(): string {
    return this.#passed.map((passed) => `${passed.stage};dur=${roundedMs(passed)}`).join(', ');
  }
}

function roundedMs({ startMs, endMs }: PassedStage): number {
  return Math.round((endMs - startMs) * 100) / 100;
}
