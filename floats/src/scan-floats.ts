// Owns the fast way from the text of a JSON list of numbers to 32-bit floats. It only takes plain lists that fit; for
// anything else it gives up without a reason, and the caller finds out why. The text passes through a window of fixed size.
import { floats, scanWindow, text, windowBytes } from './module.ts';

export interface FloatScan {
  /** Index behind the closing bracket; -1 when the scan gave up. */
  readonly end: number;
  /** Numbers written to `out`: all of them, or those in front of what the scan gave up at. */
  readonly count: number;
}

/**
 * Reads the numbers of one JSON list into `out`; `start` is the index behind the opening bracket. Each element becomes what
 * `Math.fround(JSON.parse(text))` gives, bit for bit.
 *
 * Gives up at whatever is not a plain JSON number with a comma or the closing bracket behind it, at a number that rounds to a
 * 32-bit infinity, where the list has more than `out.length` numbers, and at a number or white space of more than 64 KiB.
 *
 * @param limit index behind which nothing of the list stands; saves copying what follows it
 */
export function scanFloats(bytes: Uint8Array, start: number, out: Float32Array, limit = bytes.length): FloatScan {
  let at = start;
  let count = 0;
  if (isEmptyFrom(bytes, start)) return { end: bytes.indexOf(0x5d, start) + 1, count };
  for (;;) {
    const length = Math.min(windowBytes, limit - at);
    text.set(bytes.subarray(at, at + length));
    text[length] = 0;
    const read = scanWindow(length, out.length - count);
    out.set(floats.subarray(0, read.count), count);
    count += read.count;
    at += read.end;
    if (read.closed) return { end: at, count };
    // White space alone is no progress worth another window.
    if (read.count === 0) return { end: -1, count };
  }
}

/** Whether nothing but white space stands in front of the closing bracket. */
function isEmptyFrom(bytes: Uint8Array, start: number): boolean {
  let at = start;
  while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at += 1;
  return bytes[at] === 0x5d;
}
