// Owns the position in a request's bytes: the byte at it, white space, how many lists and objects are open.
// Must not know the contract.
import { nestingTooDeep } from './syntax-error.ts';

/** A place in one JSON text. Every `read…` and `skip…` starts at the first byte of its value and ends right behind it. */
export interface Cursor {
  readonly bytes: Buffer;
  /** Most lists and objects that may be open at once. */
  readonly maxDepth: number;
  /** Index in `bytes`. */
  at: number;
  /** Lists and objects open at `at`. */
  depth: number;
  /** Commas that may still be stepped over one by one. */
  commasLeft: number;
  /** Bytes of lists of numbers that may still be read. */
  listBytesLeft: number;
}

/** What may be read here, of the parts of a text that take the time; without a limit there may be any number of them. */
export interface ReadingLimits {
  /** Most lists and objects open at once, the text's own among them. Default 64; a valid body needs 4. */
  readonly maxDepth?: number;
  /** Most commas outside of strings and of lists of plain numbers: half a microsecond each. */
  readonly maxCommas?: number;
  /** Most bytes of lists of plain numbers: half a nanosecond each. */
  readonly maxListBytes?: number;
}

/** A valid body needs 5; what else a client adds is stepped over. */
const DEFAULT_MAX_DEPTH = 64;

/** The begin of a text. */
export function cursorOf(bytes: Buffer, limits: ReadingLimits = {}): Cursor {
  const {
    maxDepth = DEFAULT_MAX_DEPTH,
    maxCommas = Number.POSITIVE_INFINITY,
    maxListBytes = Number.POSITIVE_INFINITY,
  } = limits;
  return { bytes, maxDepth, at: 0, depth: 0, commasLeft: maxCommas, listBytesLeft: maxListBytes };
}

/** The text holds more than may be read here, whether it is right or wrong. */
export class TooMuchToReadError extends Error {
  override readonly name = 'TooMuchToReadError';
}

/** What `byteAt` gives behind the last byte; no JSON token holds it. */
export const END = 0;

export const BYTE = {
  quote: 0x22,
  plus: 0x2b,
  comma: 0x2c,
  minus: 0x2d,
  point: 0x2e,
  zero: 0x30,
  colon: 0x3a,
  openList: 0x5b,
  backslash: 0x5c,
  closeList: 0x5d,
  lowerT: 0x74,
  openObject: 0x7b,
  closeObject: 0x7d,
} as const;

export function byteAt(cursor: Cursor): number {
  return cursor.bytes[cursor.at] ?? END;
}

/** Skips white space and gives the byte behind it. */
export function nextByte(cursor: Cursor): number {
  let byte = byteAt(cursor);
  while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) {
    cursor.at += 1;
    byte = byteAt(cursor);
  }
  return byte;
}

/** Steps over a comma behind white space and says whether there was one. Throws TooMuchToReadError. */
export function stepOverComma(cursor: Cursor): boolean {
  if (nextByte(cursor) !== BYTE.comma) return false;
  cursor.at += 1;
  cursor.commasLeft -= 1;
  if (cursor.commasLeft < 0) throw new TooMuchToReadError();
  return true;
}

/** Takes note of a list of numbers before it is read. Throws TooMuchToReadError. */
export function beginList(cursor: Cursor, bytes: number): void {
  cursor.listBytesLeft -= bytes;
  if (cursor.listBytesLeft < 0) throw new TooMuchToReadError();
}

/** Steps over the bracket that opens a list or an object. Throws RequestError NESTING_TOO_DEEP. */
export function enter(cursor: Cursor): void {
  if (cursor.depth >= cursor.maxDepth) throw nestingTooDeep(cursor);
  cursor.depth += 1;
  cursor.at += 1;
}

/** Steps over the bracket that closes a list or an object. */
export function leave(cursor: Cursor): void {
  cursor.depth -= 1;
  cursor.at += 1;
}
