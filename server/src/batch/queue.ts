// Owns what waits for a worker: places, fairness between requests, order inside one. Pure data: the time is an argument,
// there are no timers and no promises, and nothing here knows what an input means.
import { type Share, Turns } from './turns.ts';

/** What the queue must know of an entry. */
export interface QueueEntry {
  /** Whole number of at least 1, in units of the batch limit; 1 is one row. */
  readonly cost: number;
  /** Monotonic time (performance.now) from which nobody waits for the result. */
  readonly deadlineAtMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Places in the queue that one request holds before its entries are decoded. */
export interface Reservation {
  /** Places that are neither used by an entry nor given back. */
  readonly unused: number;
  /** Gives the unused places back. Entries that already wait keep theirs. May be called more than once. */
  release(): void;
}

export type DropReason = 'CLIENT_CLOSED_REQUEST' | 'DEADLINE_EXCEEDED';

export interface Taken<Entry> {
  readonly batch: Entry[];
  readonly dropped: { readonly entry: Entry; readonly reason: DropReason }[];
}

/** The entries of one request that wait, oldest first, and the places it may still fill. */
class Lane<Entry> implements Reservation, Share {
  readonly entries: Entry[] = [];
  unused: number;
  waitingCost = 0;
  turnBegin = 0;
  servedCost = 0;
  readonly #giveBack: (places: number) => void;

  constructor(places: number, giveBack: (places: number) => void) {
    this.unused = places;
    this.#giveBack = giveBack;
  }

  release(): void {
    const places = this.unused;
    this.unused = 0;
    if (places > 0) this.#giveBack(places);
  }
}

/**
 * A queue of bounded length that is fair between requests, so that a call with many instances does not hold up calls with one. A
 * place is held from `tryReserve` until its entry is taken, dropped or removed.
 */
export class FairQueue<Entry extends QueueEntry> {
  readonly capacity: number;
  /** Of the requests with waiting entries. */
  readonly #turns: Turns<Lane<Entry>>;
  readonly #laneOf = new Map<Entry, Lane<Entry>>();
  #reserved = 0;
  #waitingCost = 0;
  readonly #onPlaceFreed: () => void;

  /**
   * @param turnCost most that a request is served before others with less to do: a batch.
   * @param onPlaceFreed called whenever a reservation gives places back.
   */
  constructor(capacity: number, turnCost: number, onPlaceFreed: () => void = () => {}) {
    if (!isPositiveInteger(capacity)) throw new RangeError(`A queue needs room for at least 1 entry, got ${capacity}.`);
    this.capacity = capacity;
    this.#turns = new Turns(turnCost);
    this.#onPlaceFreed = onPlaceFreed;
  }

  /** Entries that wait. */
  get depth(): number {
    return this.#laneOf.size;
  }

  /** Places held for entries that were not appended yet. */
  get reserved(): number {
    return this.#reserved;
  }

  /** Sum of the costs of the entries that wait. */
  get waitingCost(): number {
    return this.#waitingCost;
  }

  /** The entry that waits longest. */
  get oldest(): Entry | undefined {
    // A Map keeps the order of insertion, and an entry is inserted when it begins to wait.
    return this.#laneOf.keys().next().value;
  }

  /** Holds `places` (at least 1) for one request, or gives undefined when fewer are free. All or nothing. */
  tryReserve(places: number): Reservation | undefined {
    if (!isPositiveInteger(places)) throw new RangeError(`A reservation is for at least 1 place, got ${places}.`);
    if (this.#reserved + this.depth + places > this.capacity) return undefined;
    this.#reserved += places;
    return new Lane<Entry>(places, (unused) => {
      this.#reserved -= unused;
      this.#onPlaceFreed();
    });
  }

  /** Lets an entry wait on a place of the reservation, behind the earlier entries of the same request. */
  append(reservation: Reservation, entry: Entry): void {
    if (!(reservation instanceof Lane) || reservation.unused < 1) {
      throw new Error('An entry needs a place that its request reserved and did not give back. This is a bug.');
    }
    if (!isPositiveInteger(entry.cost)) throw new RangeError(`A cost is a whole number from 1, got ${entry.cost}.`);
    const lane: Lane<Entry> = reservation;
    lane.unused -= 1;
    this.#reserved -= 1;
    if (lane.entries.length === 0) this.#turns.add(lane);
    lane.entries.push(entry);
    this.#laneOf.set(entry, lane);
    lane.waitingCost += entry.cost;
    this.#waitingCost += entry.cost;
  }

  /** Frees the place of a waiting entry. False when the entry does not wait here. */
  remove(entry: Entry): boolean {
    const lane = this.#laneOf.get(entry);
    if (lane === undefined) return false;
    this.#laneOf.delete(entry);
    lane.entries.splice(lane.entries.indexOf(entry), 1);
    lane.waitingCost -= entry.cost;
    this.#waitingCost -= entry.cost;
    if (lane.entries.length === 0) this.#turns.remove(lane);
    return true;
  }

  /**
   * Takes the next batch: entries of the requests whose turn it is until the next one would exceed `maxCost`. A single entry
   * that costs more than `maxCost` comes alone, so that it cannot block the queue. Entries that nobody waits for are
   * left out of the batch and named in `dropped`.
   */
  take(maxCost: number, nowMs: number): Taken<Entry> {
    const taken: Taken<Entry> = { batch: [], dropped: [] };
    let cost = 0;
    for (let lane = this.#turns.next(); lane !== undefined; lane = this.#turns.next()) {
      const entry = lane.entries[0];
      if (entry === undefined) throw new Error('A request without entries is in turn. This is a bug.');
      const reason = dropReason(entry, nowMs);
      if (reason !== undefined) {
        this.remove(entry);
        taken.dropped.push({ entry, reason });
        continue;
      }
      if (taken.batch.length > 0 && cost + entry.cost > maxCost) break;
      this.#turns.serve(lane, entry.cost);
      this.remove(entry);
      taken.batch.push(entry);
      cost += entry.cost;
    }
    return taken;
  }
}

function dropReason(entry: QueueEntry, nowMs: number): DropReason | undefined {
  if (entry.signal?.aborted) return 'CLIENT_CLOSED_REQUEST';
  return entry.deadlineAtMs <= nowMs ? 'DEADLINE_EXCEEDED' : undefined;
}

function isPositiveInteger(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1;
}
