// Owns what happens to a body that nobody will read, because its call was refused. Must not know why it was.
import { constants, type Http2ServerRequest } from 'node:http2';
import type { Incoming } from './operation.ts';

/**
 * So long an answer waits for the end of its body, which has mostly come by then: the connection can be used again. The others are told at
 * once, and may save themselves the rest.
 */
const SOON_MS = 100;
/** Longest wait for the next bytes of a refused body, and for all of it: a busy machine takes seconds for bodies that come at once. */
const SILENCE_LIMIT_MS = 1_000;
const DISCARD_LIMIT_MS = 10_000;
/** Most bodies that are thrown away at once: reading costs as much as the sender likes, and the answer is given already. */
const MAX_DISCARDED_AT_ONCE = 64;

/** How reading a body away ends; neither rejects. */
export interface Discarded {
  /** The body is at its end, or takes longer: `incoming.complete` tells. */
  readonly soon: Promise<void>;
  /** Nothing is read any more. */
  readonly end: Promise<void>;
}

/** Meant to be one for the server, so that its bound holds for all connections. */
export class Discarder {
  readonly #maxAtOnce: number;
  #active = 0;

  constructor(maxAtOnce = MAX_DISCARDED_AT_ONCE) {
    this.#maxAtOnce = maxAtOnce;
  }

  /**
   * Reads and throws away what the caller still sends over HTTP/1. Closing a socket with unread bytes resets it, and the caller would see
   * a broken connection instead of the answer (RFC 9112, section 9.6). Gives up after a second of silence or ten in all, or at once when
   * too many others are thrown away.
   */
  discard(incoming: Incoming): Discarded {
    if (incoming.complete || incoming.destroyed || this.#active >= this.#maxAtOnce) {
      return { soon: Promise.resolve(), end: Promise.resolve() };
    }
    this.#active += 1;
    const soon = Promise.withResolvers<void>();
    const end = Promise.withResolvers<void>();
    const silence = setTimeout(end.resolve, SILENCE_LIMIT_MS);
    const timers = [silence, setTimeout(soon.resolve, SOON_MS), setTimeout(end.resolve, DISCARD_LIMIT_MS)];
    incoming.once('end', end.resolve).once('close', end.resolve).once('error', end.resolve);
    // A listener for data makes the stream flow, too; a refresh costs less than the read that it stands for.
    incoming.on('data', () => silence.refresh());
    incoming.resume();
    void end.promise.then(() => {
      soon.resolve();
      for (const timer of timers) clearTimeout(timer);
      this.#active -= 1;
    });
    return { soon: soon.promise, end: end.promise };
  }
}

/** Tells an HTTP/2 caller, behind its answer, to send no more of this body (RFC 9113, section 8.1); the connection stays. */
export function stopUpload({ complete, method, stream }: Http2ServerRequest): void {
  if (complete || stream.endAfterHeaders) return;
  const stop = () => stream.close(constants.NGHTTP2_NO_ERROR);
  // An answer to HEAD has no data that would be waited for: its head goes out at the end of this turn, and would be lost with the stream.
  if (method === 'HEAD') setImmediate(stop);
  else stop();
}
