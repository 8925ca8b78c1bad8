// Owns splitting instances over calls by count and by bytes. Must not know what an instance is.
import type { Limits } from './target.ts';

/** `{"instances":[]}`. */
const ENVELOPE_BYTES = 16;

export interface Piece<T> {
  /** Its place among all. */
  readonly index: number;
  readonly value: T;
  /** Of its JSON text in UTF-8. */
  readonly bytes: number;
}

export interface Split<T> {
  readonly calls: readonly (readonly Piece<T>[])[];
  /** Pieces that are too long for any call. */
  readonly tooLong: readonly Piece<T>[];
}

/** In order, each call as full as the limits allow. */
export function split<T>(pieces: readonly Piece<T>[], { maxInstances, maxBodyBytes }: Limits): Split<T> {
  const calls: Piece<T>[][] = [];
  const tooLong: Piece<T>[] = [];
  let bytes = 0;
  for (const piece of pieces) {
    if (ENVELOPE_BYTES + piece.bytes > maxBodyBytes) {
      tooLong.push(piece);
      continue;
    }
    const last = calls.at(-1);
    // One more for the comma.
    if (last !== undefined && last.length < maxInstances && bytes + piece.bytes + 1 <= maxBodyBytes) {
      last.push(piece);
      bytes += piece.bytes + 1;
    } else {
      calls.push([piece]);
      bytes = ENVELOPE_BYTES + piece.bytes;
    }
  }
  return { calls, tooLong };
}
