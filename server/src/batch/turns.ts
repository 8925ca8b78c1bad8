// Owns whose turn it is among requests that wait: weighted fair queueing, in virtual time. Pure data; must not know entries, places
// or clocks.

/** One request's share. `waitingCost` is kept by whoever lets entries wait; the rest belongs to `Turns`. */
export interface Share {
  waitingCost: number;
  /** Virtual time at which its present turn began. */
  turnBegin: number;
  /** Cost that it was served in this turn. */
  servedCost: number;
}

/**
 * Gives the turn to the request that would be done with it first if all were served at the same time, each as much as the others
 * (Demers, Keshav and Shenker: Analysis and simulation of a fair queueing algorithm, 1989). One that wants little does not wait for
 * those that want much; and of those that want as much, the first is done long before the last, where one entry of each in turn would
 * end all of them late.
 */
export class Turns<S extends Share> {
  /** In the order in which they began to wait. */
  readonly #waiting = new Set<S>();
  /** Most cost of one turn. So much of a larger request can go before one that came later and needs less. */
  readonly #longest: number;
  /** What each waiting request would have been served by now. */
  #virtualTime = 0;

  constructor(longest: number) {
    this.#longest = longest;
  }

  /** The request begins to wait. */
  add(share: S): void {
    share.turnBegin = this.#virtualTime;
    share.servedCost = 0;
    this.#waiting.add(share);
  }

  /** The request waits no longer. */
  remove(share: S): void {
    this.#waiting.delete(share);
  }

  /** Whose turn it is. */
  next(): S | undefined {
    let first: S | undefined;
    for (const share of this.#waiting)
      if (first === undefined || this.#turnEnd(share) < this.#turnEnd(first)) first = share;
    return first;
  }

  /** The waiting request is served `cost` of what it waits for. */
  serve(share: S, cost: number): void {
    this.#virtualTime += cost / this.#waiting.size;
    share.servedCost += cost;
    if (share.servedCost < this.#longest) return;
    share.turnBegin += share.servedCost;
    share.servedCost = 0;
  }

  #turnEnd({ turnBegin, servedCost, waitingCost }: Share): number {
    return turnBegin + Math.min(servedCost + waitingCost, this.#longest);
  }
}
