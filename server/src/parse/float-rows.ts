// Owns the rows of raw 32-bit floats that stand in a body: their count, their memory, that all are finite. Must not know JSON
// or a model.
import { RequestError } from '../errors.ts';
import { wrong } from './inference-fields.ts';
import { counted } from './messages.ts';
import { throwViolations, type Violation } from './violations.ts';

/** The name of 32-bit floats in the Open Inference Protocol. */
export const DATATYPE = 'FP32';
export const BYTES_PER_NUMBER = 4;

/** The rows of a body that is nothing else. Throws RequestError. */
export function bareRows(body: Uint8Array, inputLength: number, maxRows: number): Float32Array[] {
  const rowBytes = inputLength * BYTES_PER_NUMBER;
  if (body.byteLength === 0 || body.byteLength % rowBytes !== 0) {
    throw new RequestError(
      'INVALID_LENGTH',
      `Expected rows of ${rowBytes} bytes (${inputLength} numbers of ${DATATYPE}), since Inference-Header-Content-Length is 0; got ${body.byteLength} bytes.`,
    );
  }
  return floatRows(body, inputLength, 'body', maxRows);
}

/**
 * Rows over raw little-endian floats: without a copy where the memory allows it (a Float32Array begins at a multiple of four
 * bytes), else with one. Every platform that the server runs on is little-endian. Throws RequestError for too many rows and
 * for a number that is not finite.
 */
export function floatRows(bytes: Uint8Array, length: number, path: string, maxRows: number): Float32Array[] {
  const rowBytes = length * BYTES_PER_NUMBER;
  const count = bytes.byteLength / rowBytes;
  if (count > maxRows) throwViolations([tooManyRows(path, count, maxRows)]);
  return Array.from({ length: count }, (_, index) => {
    const start = bytes.byteOffset + index * rowBytes;
    const row =
      start % BYTES_PER_NUMBER === 0
        ? new Float32Array(bytes.buffer, start, length)
        : new Float32Array(bytes.buffer.slice(start, start + rowBytes));
    const bad = indexOfNotFinite(row);
    if (bad >= 0) {
      const place = `${path}[${index * length + bad}]`;
      throwViolations([wrong('NOT_FINITE', place, 'finite numbers', 'infinity or NaN')]);
    }
    return row;
  });
}

/** The sum is 0 as long as all are finite, since infinity and NaN times 0 are NaN: a loop without a branch. */
function indexOfNotFinite(row: Float32Array): number {
  let sum = 0;
  for (const value of row) sum += value * 0;
  return sum === 0 ? -1 : row.findIndex((value) => !Number.isFinite(value));
}

export function tooManyRows(field: string, count: number, most: number): Violation {
  return {
    reason: 'TOO_MANY_INSTANCES',
    field,
    description: `expected at most ${counted(most, 'row')} in one call, got ${count}; split them over several calls`,
    metadata: { maxInstances: String(most) },
  };
}
