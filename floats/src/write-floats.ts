// Owns the JSON text of 32-bit floats: a list in brackets, each number as the shortest text that reads back as the same float.
import { floats, text, windowWrites, writeWindow } from './module.ts';

/**
 * The JSON list of `values` in ASCII. `-0` stays `-0`; a number is written with an exponent where that is shorter (`1e-3`).
 * Throws RangeError at NaN and infinities, which JSON does not have.
 */
export function writeFloats(values: Float32Array): Buffer {
  const parts: Buffer[] = [];
  for (let start = 0; start < values.length; start += windowWrites) {
    const window = values.subarray(start, start + windowWrites);
    floats.set(window);
    const length = writeWindow(window.length);
    if (length < 0) {
      const index = start - 1 - length;
      throw new RangeError(`Expected finite numbers, got ${values[index]} at index ${index}: JSON has no text for it.`);
    }
    parts.push(Buffer.from(text.subarray(0, length)));
  }
  return inBrackets(parts);
}

function inBrackets(parts: readonly Buffer[]): Buffer {
  const commas = Math.max(0, parts.length - 1);
  const list = Buffer.allocUnsafe(parts.reduce((sum, { length }) => sum + length, 2 + commas));
  let at = list.write('[', 0, 'latin1');
  for (const [index, part] of parts.entries()) {
    if (index > 0) at += list.write(',', at, 'latin1');
    list.set(part, at);
    at += part.length;
  }
  list.write(']', at, 'latin1');
  return list;
}
