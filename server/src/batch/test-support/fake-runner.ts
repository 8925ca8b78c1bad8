// Owns a runner without threads: the test decides when and how each batch ends. Test support only.
import type { BatchRunner } from '../batch-runner.ts';

export interface FakeBatch {
  /** First number of each row. */
  readonly ids: number[];
  /** Ends the batch; by default each output row is [first number of the input row]. */
  succeed(outputs?: readonly Float32Array[]): Promise<void>;
  fail(error?: Error): Promise<void>;
}

export class FakeRunner implements BatchRunner {
  idleSlots: number;
  failed = false;
  /** Batches that were started and not ended. */
  readonly running: FakeBatch[] = [];
  #listener: () => void = () => {};

  constructor(slots: number) {
    this.idleSlots = slots;
  }

  onChange(listener: () => void): void {
    this.#listener = listener;
  }

  addSlots(count: number): void {
    this.idleSlots += count;
    this.#listener();
  }

  giveUp(): void {
    this.failed = true;
    this.idleSlots = 0;
    this.#listener();
  }

  run(rows: readonly Float32Array[]): Promise<readonly Float32Array[]> {
    if (this.idleSlots < 1) throw new Error('run without an idle slot');
    this.idleSlots -= 1;
    // As the real one: a row is only read before `run` returns.
    const ids = rows.map((row) => row[0] ?? Number.NaN);
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        this.running.splice(this.running.indexOf(batch), 1);
        if (!this.failed) this.idleSlots += 1;
        settle();
        return settled();
      };
      const batch: FakeBatch = {
        ids,
        succeed: (outputs = ids.map((id) => Float32Array.of(id))) => end(() => resolve(outputs)),
        fail: (error = new Error('batch failed')) => end(() => reject(error)),
      };
      this.running.push(batch);
    });
  }

  /** The batch at `index` of those running. */
  batch(index = 0): FakeBatch {
    const batch = this.running[index];
    if (batch === undefined) throw new Error(`Expected a running batch ${index}, there are ${this.running.length}.`);
    return batch;
  }
}

/** Lets all planned microtasks run. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
