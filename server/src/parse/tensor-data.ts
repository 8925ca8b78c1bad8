// Owns reading a tensor's numbers from JSON: one list of all, or a list of rows. Must not know what the tensor is for.
import { readElements } from './containers.ts';
import { BYTE, type Cursor, nextByte } from './cursor.ts';
import { readFloatArray } from './float-array.ts';
import { jsonTypeAt, skipValue } from './skip.ts';
import type { ReadResult, ValueProblem } from './value-problem.ts';
import type { Violation } from './violations.ts';

/** The numbers, in rows of the model's length; or why there are none. */
export type TensorData =
  | { readonly rows: readonly Float32Array[]; readonly count: number }
  | { readonly problem: Violation };

/** Reads the value at the cursor as rows of `length` numbers, at most `maxRows` of them. */
export function readTensorData(cursor: Cursor, path: string, length: number, maxRows: number): TensorData {
  const type = jsonTypeAt(cursor);
  if (type !== 'a list') {
    skipValue(cursor);
    return refused({ reason: 'INVALID_TYPE', path, text: `expected a list of numbers, got ${type}` });
  }
  return isNested(cursor) ? readRows(cursor, path, length, maxRows) : readFlat(cursor, path, length, maxRows);
}

function isNested(cursor: Cursor): boolean {
  return nextByte({ ...cursor, at: cursor.at + 1 }) === BYTE.openList;
}

function readFlat(cursor: Cursor, path: string, length: number, maxRows: number): TensorData {
  const result = readFloatArray(cursor, { kind: 'float-array', minItems: 0, maxItems: length * maxRows }, path);
  const numbers = numbersOf(result);
  if (!(numbers instanceof Float32Array)) return refused(numbers);
  const count = numbers.length;
  const rows = Array.from({ length: Math.floor(count / length) }, (_, row) =>
    // Views of one memory: a row that is whole needs no copy.
    numbers.subarray(row * length, (row + 1) * length),
  );
  return { rows, count };
}

function readRows(cursor: Cursor, path: string, length: number, maxRows: number): TensorData {
  const rows: Float32Array[] = [];
  let problem: ValueProblem | undefined;
  const count = readElements(cursor, (index) => {
    const place = `${path}[${index}]`;
    const type = jsonTypeAt(cursor);
    if (type !== 'a list' || index >= maxRows) {
      skipValue(cursor);
      if (type !== 'a list')
        problem ??= { reason: 'INVALID_TYPE', path: place, text: `expected a list of ${length} numbers, got ${type}` };
      return;
    }
    const row = numbersOf(readFloatArray(cursor, { kind: 'float-array', minItems: length, maxItems: length }, place));
    if (row instanceof Float32Array) rows.push(row);
    else problem ??= row;
  });
  return problem === undefined ? { rows, count: count * length } : refused(problem);
}

/** readFloatArray gives a Float32Array when all is well. */
function numbersOf(result: ReadResult): Float32Array | ValueProblem {
  return result.ok ? (result.value as Float32Array) : result.problem;
}

function refused({ reason, path, text }: ValueProblem): TensorData {
  // Base64 is never read here, and it is the one reason of values that no request has.
  return {
    problem: { reason: reason === 'INVALID_BASE64' ? 'INVALID_VALUE' : reason, field: path, description: text },
  };
}
