// Owns the account of the soak: which request ids were sent, answered and logged, how calls ended by kind, and what went wrong. Its memory
// does not grow with the length of the run. Must not know HTTP.

/** Nobody reads more; the count says the rest. */
const MAX_PROBLEMS = 20;

interface Open {
  readonly kind: string;
  /** Whether the server must have logged it: what a caller gave up may never have reached it. */
  mustLog: boolean;
  settled: boolean;
  loggedStatus: number | undefined;
  answeredStatus: number | undefined;
}

export class Ledger {
  readonly #open = new Map<string, Open>();
  readonly #outcomes = new Map<string, number>();
  readonly #problems: string[] = [];
  #problemCount = 0;
  #sent = 0;

  /** A new request id. */
  send(kind: string): string {
    this.#sent += 1;
    const id = `soak-${this.#sent}`;
    this.#open.set(id, { kind, mustLog: true, settled: false, loggedStatus: undefined, answeredStatus: undefined });
    return id;
  }

  /** The one answer to a call has come as a whole. `outcome` is counted. */
  answered(id: string, status: number, outcome: string): void {
    const call = this.#open.get(id);
    if (call === undefined || call.settled) {
      this.problem(`call ${id} was answered twice`);
      return;
    }
    call.settled = true;
    call.answeredStatus = status;
    this.#count(call.kind, outcome);
    this.#close(id, call);
  }

  /** The caller went away before its answer. */
  abandoned(id: string): void {
    const call = this.#open.get(id);
    if (call === undefined || call.settled) {
      this.problem(`call ${id} ended twice`);
      return;
    }
    call.settled = true;
    call.mustLog = false;
    this.#count(call.kind, 'abandoned');
    this.#close(id, call);
  }

  /** The server's one log line of a call. */
  logged(id: string, status: number): void {
    const call = this.#open.get(id);
    if (call === undefined || call.loggedStatus !== undefined) {
      // An abandoned call is forgotten when the run ends, so this is a second line.
      this.problem(`call ${id} was logged twice, or nobody sent it`);
      return;
    }
    call.loggedStatus = status;
    this.#close(id, call);
  }

  problem(text: string): void {
    this.#problemCount += 1;
    if (this.#problems.length < MAX_PROBLEMS) this.#problems.push(text);
  }

  get sent(): number {
    return this.#sent;
  }

  /** Calls that are not answered yet. */
  get waiting(): number {
    return [...this.#open.values()].filter(({ settled }) => !settled).length;
  }

  /** To be called when the server has ended: everything must be settled. */
  close(): void {
    for (const [id, { kind, settled, mustLog, loggedStatus }] of this.#open) {
      if (!settled) this.problem(`call ${id} (${kind}) was never answered`);
      else if (mustLog && loggedStatus === undefined)
        this.problem(`call ${id} (${kind}) was answered and never logged`);
    }
    this.#open.clear();
  }

  /** `kind: outcome` → how often. */
  get outcomes(): ReadonlyMap<string, number> {
    return this.#outcomes;
  }

  /** The first ones in words, and how many there were. */
  get problems(): { readonly count: number; readonly first: readonly string[] } {
    return { count: this.#problemCount, first: this.#problems };
  }

  #count(kind: string, outcome: string): void {
    const key = `${kind}: ${outcome}`;
    this.#outcomes.set(key, (this.#outcomes.get(key) ?? 0) + 1);
  }

  #close(id: string, { settled, mustLog, loggedStatus, answeredStatus }: Open): void {
    if (!settled || loggedStatus === undefined) return;
    if (mustLog && loggedStatus !== answeredStatus) {
      this.problem(`call ${id} was answered with ${answeredStatus} and logged with ${loggedStatus}`);
    }
    this.#open.delete(id);
  }
}
