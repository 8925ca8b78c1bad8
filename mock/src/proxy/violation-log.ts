// Owns the count of what went past the proxy and of what broke the contract, by operation and place. Must not know how it is shown.
import type { Examination, Finding } from './examine.ts';

export interface Counted extends Finding {
  readonly operation: string;
  readonly status: number;
  /** How often it was found; indices of lists do not tell findings apart. */
  count: number;
}

export interface Summary {
  readonly calls: number;
  readonly checked: number;
  readonly unchecked: number;
  /** Calls that the server did not answer in full. */
  readonly unanswered: number;
  readonly violations: { readonly request: number; readonly response: number };
  readonly places: readonly Counted[];
}

/** More different places than these are counted and not listed. */
const MAX_PLACES = 1000;

export class ViolationLog {
  readonly #places = new Map<string, Counted>();
  readonly #violations = { request: 0, response: 0 };
  readonly #running = new Set<Promise<void>>();
  #checked = 0;
  #unchecked = 0;
  #unanswered = 0;

  note(examination: Examination | 'unchecked', status: number): void {
    if (examination === 'unchecked') {
      this.#unchecked++;
      return;
    }
    this.#checked++;
    const { operation = 'no operation', findings } = examination;
    for (const finding of findings) {
      this.#violations[finding.side]++;
      const key = `${operation} ${status} ${finding.side} ${finding.place.replace(/\[\d+\]/g, '[]')} ${finding.message}`;
      const known = this.#places.get(key);
      if (known !== undefined) known.count++;
      else if (this.#places.size < MAX_PLACES) this.#places.set(key, { ...finding, operation, status, count: 1 });
    }
  }

  noteUnanswered(): void {
    this.#unanswered++;
  }

  /** Counts a call as under way until it is examined and shown. */
  async track(call: Promise<void>): Promise<void> {
    this.#running.add(call);
    try {
      await call;
    } finally {
      this.#running.delete(call);
    }
  }

  /** Resolves when the calls that are under way now have been examined, however they ended. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.#running]);
  }

  summary(): Summary {
    return {
      calls: this.#checked + this.#unchecked + this.#unanswered,
      checked: this.#checked,
      unchecked: this.#unchecked,
      unanswered: this.#unanswered,
      violations: { ...this.#violations },
      places: [...this.#places.values()].sort((a, b) => b.count - a.count),
    };
  }
}
