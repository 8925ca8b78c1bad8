// Owns reading a list of numbers as a Float32Array: the fast scan when all is well, a slow and exact look when it is not.
// Must not know which field it reads.
import type { FloatArrayShape } from '@predict-schemata/generated/ts/request-shape.gen.ts';
import { readElements } from './containers.ts';
import { BYTE, type Cursor } from './cursor.ts';
import { readNumber } from './numbers.ts';
import { scanFloats } from './scan-floats.ts';
import { jsonTypeAt, skipValue } from './skip.ts';
import { checkCount, invalid, type ReadResult, valid } from './value-problem.ts';

/** Reads the list at the cursor as a Float32Array with a buffer of its own, of at most `maxItems` elements. */
export function readFloatArray(cursor: Cursor, shape: FloatArrayShape, path: string): ReadResult {
  const numbers = new Float32Array(roomFor(cursor, shape));
  const { end, count } = scanFloats(cursor.bytes, cursor.at + 1, numbers);
  if (end < 0 || count < shape.minItems || cursor.depth >= cursor.maxDepth) return diagnose(cursor, shape, path, count);
  cursor.at = end;
  return valid(count === numbers.length ? numbers : numbers.slice(0, count));
}

/** Elements to make room for: an element takes two bytes at least, so a short list cannot claim a large array. */
function roomFor(cursor: Cursor, shape: FloatArrayShape): number {
  const { bytes, at } = cursor;
  const close = bytes.indexOf(BYTE.closeList, at);
  const most = Math.ceil(((close < 0 ? bytes.length : close) - at) / 2);
  return Math.min(shape.maxItems, most);
}

/**
 * Finds what the scan stumbled over, the same whatever the order of the problems: wrong syntax (thrown), then an element
 * of another type, then the length, then a number out of range. The first `scanned` elements are known to be good numbers.
 */
function diagnose(cursor: Cursor, shape: FloatArrayShape, path: string, scanned: number): ReadResult {
  let wrongType: ReadResult | undefined;
  let notFinite: ReadResult | undefined;
  const count = readElements(cursor, (index) => {
    const type = jsonTypeAt(cursor);
    // Only a number's value costs much: the first one out of range is enough, and past maxItems the length decides.
    const mayOverflow = type === 'a number' && index >= scanned && index < shape.maxItems && notFinite === undefined;
    if (!mayOverflow) skipValue(cursor);
    else if (!Number.isFinite(Math.fround(readNumber(cursor)))) {
      const text = 'expected a number in the range of a 32-bit float (±3.4e38), got one that is larger';
      notFinite = invalid('NOT_FINITE', `${path}[${index}]`, text);
    }
    if (type !== 'a number')
      wrongType ??= invalid('INVALID_TYPE', `${path}[${index}]`, `expected a number, got ${type}`);
  });
  const problem = wrongType ?? checkCount(path, count, shape.minItems, shape.maxItems, 'number') ?? notFinite;
  if (problem === undefined) throw new Error('scanFloats refused a list in which nothing is wrong. This is a bug.');
  return problem;
}
