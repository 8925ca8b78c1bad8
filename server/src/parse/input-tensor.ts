// Owns one input tensor: what a request says about it, and the rows that its shape, its data and the bytes behind the JSON make
// together. Must not know an algorithm or HTTP.
import type { Cursor } from './cursor.ts';
import { BYTES_PER_NUMBER, DATATYPE, floatRows, tooManyRows } from './float-rows.ts';
import { readObject, readParameters, readShape, readText, wrong } from './inference-fields.ts';
import { counted, showName } from './messages.ts';
import { readTensorData, type TensorData } from './tensor-data.ts';
import { throwViolations, type Violation } from './violations.ts';

/** One input and one output of a model, both `[N, length]` of FP32. */
export interface Tensors {
  readonly inputName: string;
  readonly inputLength: number;
  readonly outputName: string;
}

export interface InferenceLimits {
  /** Most rows in one call. */
  readonly maxInstances: number;
}

/** A member of `inputs` as it was written. */
export interface InputTensor {
  readonly path: string;
  /** Rows, then numbers in each, checked. Undefined where a violation says why. */
  readonly shape: readonly number[] | undefined;
  readonly data: TensorData | undefined;
  readonly binaryDataSize: number | undefined;
}

/** Reads one member of `inputs`; what is wrong with it is added to `violations`, but for its data, which needs the shape. */
export function readInput(
  cursor: Cursor,
  path: string,
  { inputName, inputLength }: Tensors,
  { maxInstances }: InferenceLimits,
  violations: Violation[],
): InputTensor {
  let shape: readonly number[] | undefined;
  let data: TensorData | undefined;
  let binaryDataSize: number | undefined;
  const checkText = (place: string, wanted: string): void => {
    const text = readText(cursor, place, violations) ?? wanted;
    if (text !== wanted) violations.push(wrong('INVALID_VALUE', place, showName(wanted), showName(text)));
  };
  const fields = ['name', 'shape', 'datatype', 'parameters', 'data'] as const;
  const found = readObject(cursor, path, fields, violations, (field) => {
    const place = `${path}.${field}`;
    switch (field) {
      case 'name':
        checkText(place, inputName);
        break;
      case 'datatype':
        checkText(place, DATATYPE);
        break;
      case 'shape':
        shape = readShape(cursor, place, violations);
        if (shape !== undefined) violations.push(...shapeProblems(shape, place, inputLength, maxInstances));
        break;
      case 'parameters':
        ({ binary_data_size: binaryDataSize } = readParameters(
          cursor,
          place,
          { binary_data_size: 'a whole number' },
          violations,
        ));
        break;
      case 'data':
        data = readTensorData(cursor, place, inputLength, maxInstances);
        break;
    }
  });
  if (found !== undefined) {
    const expected = { name: showName(inputName), shape: `[N, ${inputLength}]`, datatype: showName(DATATYPE) };
    for (const [field, value] of Object.entries(expected)) {
      if (!found.has(field)) violations.push(wrong('MISSING_FIELD', `${path}.${field}`, value, 'none'));
    }
    if (!found.has('data') && binaryDataSize === undefined)
      violations.push(wrong('MISSING_FIELD', `${path}.data`, 'data or the parameter binary_data_size', 'neither'));
    if (found.has('data') && binaryDataSize !== undefined)
      violations.push(wrong('INVALID_VALUE', `${path}.data`, 'data or the parameter binary_data_size', 'both'));
  }
  return { path, shape, data, binaryDataSize };
}

function shapeProblems(shape: readonly number[], place: string, inputLength: number, maxRows: number): Violation[] {
  const [rows = 0, length] = shape;
  if (shape.length === 2 && length === inputLength && rows >= 1)
    return rows > maxRows ? [tooManyRows(place, rows, maxRows)] : [];
  const got = `[${shape.slice(0, 8).join(', ')}${shape.length > 8 ? ', …' : ''}]`;
  return [wrong('INVALID_VALUE', place, `[N, ${inputLength}] with N from 1`, got)];
}

/**
 * The rows of a tensor without violations. `behind` are the bytes behind the JSON; undefined when the caller did not say where
 * the JSON ends. Throws RequestError.
 */
export function rowsOf(
  { path, shape: [count = 0] = [], data, binaryDataSize }: InputTensor,
  behind: Uint8Array | undefined,
  { inputLength }: Tensors,
  { maxInstances }: InferenceLimits,
): readonly Float32Array[] {
  const require = (isRight: boolean, ...violation: Parameters<typeof wrong>): void => {
    if (!isRight) throwViolations([wrong(...violation)]);
  };
  const behindBytes = behind?.byteLength ?? 0;
  if (data !== undefined) {
    if ('problem' in data) throwViolations([data.problem]);
    else {
      const numbers = count * inputLength;
      const place = `${path}.data`;
      require(behindBytes === 0, 'INVALID_LENGTH', place, 'no bytes behind the JSON beside data', String(behindBytes));
      require(data.count ===
        numbers, 'INVALID_LENGTH', place, `${counted(numbers, 'number')} as the shape says`, String(data.count));
      return data.rows;
    }
  }
  const place = `${path}.parameters.binary_data_size`;
  const wanted = count * inputLength * BYTES_PER_NUMBER;
  const header = 'the header Inference-Header-Content-Length with the number of bytes of the JSON';
  require(behind !== undefined, 'MISSING_FIELD', place, header, 'none');
  require(binaryDataSize === wanted, 'INVALID_LENGTH', place, `${wanted} bytes as the shape says`, String(
    binaryDataSize,
  ));
  require(behindBytes === wanted, 'INVALID_LENGTH', place, `${wanted} bytes behind the JSON`, String(behindBytes));
  return behind === undefined ? [] : floatRows(behind, inputLength, `${path}.data`, maxInstances);
}
