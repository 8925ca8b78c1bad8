// Owns reading a list of numbers as a Float32Array: the fast scan when all is plain, a slow and exact look when it is not.
// Must not know which field it reads.
import { scanFloats } from '@predict-schemata/floats';
import type { FloatArrayShape } from '@predict-schemata/generated/ts/request-shape.gen.ts';
import { takeFloats } from '../recycled-memory.ts';
import { readElements } from './containers.ts';
import { BYTE, beginList, type Cursor } from './cursor.ts';
import { readNumber } from './numbers.ts';
import { jsonTypeAt, skipValue } from './skip.ts';
import { checkCount, invalid, type ReadResult, valid } from './value-problem.ts';

/** Reads the list at the cursor as a Float32Array with memory of its own, of at most `maxItems` elements. */
export function readFloatArray(cursor: Cursor, shape: FloatArrayShape, path: string): ReadResult {
  const { bytes, at } = cursor;
  const close = bytes.indexOf(BYTE.closeList, at);
  const limit = close < 0 ? bytes.length : close + 1;
  beginList(cursor, limit - at);
  // An element takes two bytes at least, so a short list cannot claim a large array.
  const numbers = takeFloats(Math.min(shape.maxItems, Math.ceil((limit - at) / 2)));
  const { end, count } = scanFloats(bytes, at + 1, numbers, limit);
  if (end < 0 || count < shape.minItems || cursor.depth >= cursor.maxDepth) {
    return readSlowly(cursor, shape, path, { numbers, scanned: count });
  }
  cursor.at = end;
  return valid(count === numbers.length ? numbers : numbers.slice(0, count));
}

/**
 * Reads what the scan gave up at, into the same `numbers`, of which the first `scanned` are right already. What is wrong is
 * found whatever the order of the problems: wrong syntax (thrown), then an element of another type, then the length, then a
 * number out of range.
 */
function readSlowly(
  cursor: Cursor,
  shape: FloatArrayShape,
  path: string,
  { numbers, scanned }: { numbers: Float32Array; scanned: number },
): ReadResult {
  let wrongType: ReadResult | undefined;
  let notFinite: ReadResult | undefined;
  const count = readElements(cursor, (index) => {
    const type = jsonTypeAt(cursor);
    // Only a number's value costs much: none is needed any more behind the first problem, nor past maxItems.
    const isWanted = index >= scanned && index < shape.maxItems && notFinite === undefined && wrongType === undefined;
    if (type !== 'a number' || !isWanted) skipValue(cursor);
    else {
      const value = Math.fround(readNumber(cursor));
      if (Number.isFinite(value)) numbers[index] = value;
      else {
        const text = 'expected a number in the range of a 32-bit float (±3.4e38), got one that is larger';
        notFinite = invalid('NOT_FINITE', `${path}[${index}]`, text);
      }
    }
    if (type !== 'a number')
      wrongType ??= invalid('INVALID_TYPE', `${path}[${index}]`, `expected a number, got ${type}`);
  });
  const problem = wrongType ?? checkCount(path, count, shape.minItems, shape.maxItems, 'number') ?? notFinite;
  return problem ?? valid(count === numbers.length ? numbers : numbers.slice(0, count));
}
