// Owns how much of all bodies is read in one turn of the event loop: what else waits there, such as a health check, is heard soon, and
// of bodies that come at once the first are whole long before the last. Must not know HTTP or what is done with the bytes.
import type { Readable } from 'node:stream';

/** Takes about a quarter of a millisecond. Without a bound a socket gives up to 2 MiB in a turn, and so does each of its neighbours. */
const MOST_BYTES_IN_A_TURN = 256 * 1024;
/** So much of a body is never held up: a 2-second clip does not wait for calls with hundreds of them that came first. */
const NEVER_HELD_UP_BYTES = 128 * 1024;
/** Bodies that go on in a turn: one alone may have nothing to read just then. */
const RESUMED_IN_A_TURN = 2;

/** Meant to be one for the process. */
export class ReadingPace {
  /** Bodies that are paused, and those that are read now, in the order in which they began. */
  readonly #reading = new Map<Readable, { bytes: number; paused: boolean }>();
  #bytesLeft = MOST_BYTES_IN_A_TURN;
  #turnPlanned = false;

  /** The stream is read from now on. */
  begin(stream: Readable): void {
    this.#reading.set(stream, { bytes: 0, paused: false });
  }

  /** The stream, which was begun and flows, gave so many bytes. It is paused until a later turn when there were enough in this one. */
  took(stream: Readable, bytes: number): void {
    this.#bytesLeft -= bytes;
    this.#planTurn();
    const state = this.#reading.get(stream);
    if (state === undefined) return;
    state.bytes += bytes;
    if (this.#bytesLeft > 0 || state.bytes <= NEVER_HELD_UP_BYTES) return;
    state.paused = true;
    stream.pause();
  }

  /** The stream is read no more, or by others. */
  end(stream: Readable): void {
    this.#reading.delete(stream);
  }

  #planTurn(): void {
    if (this.#turnPlanned) return;
    this.#turnPlanned = true;
    setImmediate(() => this.#turn());
  }

  #turn(): void {
    this.#turnPlanned = false;
    this.#bytesLeft = MOST_BYTES_IN_A_TURN;
    let resumed = 0;
    for (const [stream, state] of this.#reading) {
      if (!state.paused) continue;
      if (resumed === RESUMED_IN_A_TURN) {
        this.#planTurn();
        break;
      }
      state.paused = false;
      stream.resume();
      resumed += 1;
    }
  }
}
