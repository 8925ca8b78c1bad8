// Owns the one interface through which batches reach whatever computes them, so that the batcher can be tested without
// threads and the pool without a batcher. Must not know how a batch is computed.

/** Computes batches, a fixed number of them at a time. */
export interface BatchRunner {
  /** Batches that could start at once. `run` takes one before it returns. */
  readonly idleSlots: number;
  /** True when no slot will ever become idle again; batches would wait in vain. */
  readonly failed: boolean;
  /** Sets the one listener that is called after `failed` changed or `idleSlots` grew other than by the end of a run. */
  onChange(listener: () => void): void;
  /**
   * Computes one output row per input row, in their order. Only to be called while `idleSlots` is above 0. The rows may
   * be reused as soon as the call returns, the promise's rows belong to the caller. Rejects when the batch as a whole
   * failed. The slot is idle again, if ever, before the promise settles.
   */
  run(rows: readonly Float32Array[]): Promise<readonly Float32Array[]>;
}
