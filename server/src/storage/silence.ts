// Owns giving up when the other side falls silent, together with the caller's own signal. Must not know what is awaited.

const DEFAULT_MAX_SILENCE_MS = 60_000;

/** A signal that aborts when `broken` was not called for a while, or when the caller's signal aborts. Whoever makes it ends it. */
export class Silence {
  readonly maxSilenceMs: number;
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal | undefined;
  readonly #timer: NodeJS.Timeout;
  #tooLong = false;

  constructor(maxSilenceMs: number = DEFAULT_MAX_SILENCE_MS, outer?: AbortSignal) {
    this.maxSilenceMs = maxSilenceMs;
    this.#outer = outer;
    this.#timer = setTimeout(() => {
      this.#tooLong = true;
      this.#controller.abort();
    }, maxSilenceMs);
    if (outer?.aborted) this.#onOuterAbort();
    outer?.addEventListener('abort', this.#onOuterAbort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether the silence, not the caller, ended the wait. */
  get wasTooLong(): boolean {
    return this.#tooLong;
  }

  /** Something came: the time starts again. */
  broken(): void {
    this.#timer.refresh();
  }

  /** Waits for a promise that takes no signal; its own outcome after an abort is dropped. */
  async during<T>(work: Promise<T>): Promise<T> {
    const aborted = Promise.withResolvers<never>();
    const onAbort = () => aborted.reject(this.signal.reason);
    if (this.signal.aborted) onAbort();
    this.signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await Promise.race([work, aborted.promise]);
    } finally {
      this.signal.removeEventListener('abort', onAbort);
    }
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener('abort', this.#onOuterAbort);
  }

  readonly #onOuterAbort = () => this.#controller.abort(this.#outer?.reason);
}
