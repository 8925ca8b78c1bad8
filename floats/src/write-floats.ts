// Owns the JSON text of 32-bit floats: a list in brackets, each number as the shortest text that reads back as the same float.
import { floats, text, windowWrites, writeWindow } from './module.ts';

/**
 * The JSON list of `values` in ASCII. `-0` stays `-0`; a number is written with an exponent where that is shorter (`1e-3`).
 * Throws RangeError at NaN and infinities, which JSON does not have.
 */
export function writeFloats(values: Float32Array): Buffer {
  // The usual row fits the window as a whole.
  if (values.length <= windowWrites) return inBrackets([writtenWindow(values, 0)]);
  const parts: Buffer[] = [];
  for (let start = 0; start < values.length; start += windowWrites) {
    parts.push(Buffer.from(writtenWindow(values.subarray(start, start + windowWrites), start)));
  }
  return inBrackets(parts);
}

/** The text of values that fit the window, where it stands until the next one is written. `start` is the index of the first, for errors. */
function writtenWindow(values: Float32Array, start: number): Buffer {
  floats.set(values);
  const length = writeWindow(values.length);
  if (length < 0) {
    const index = -1 - length;
    throw new RangeError(
      `Expected finite numbers, got ${values[index]} at index ${start + index}: JSON has no text for it.`,
    );
  }
  return text.subarray(0, length);
}

const BYTE = { openList: 0x5b, comma: 0x2c, closeList: 0x5d } as const;

/** The list of one part or more, with a comma between two of them. */
function inBrackets(parts: readonly Buffer[]): Buffer {
  const list = Buffer.allocUnsafe(parts.reduce((sum, { length }) => sum + 1 + length, 1));
  let at = 0;
  for (const part of parts) {
    list[at] = at === 0 ? BYTE.openList : BYTE.comma;
    list.set(part, at + 1);
    at += 1 + part.length;
  }
  list[at] = BYTE.closeList;
  return list;
}
