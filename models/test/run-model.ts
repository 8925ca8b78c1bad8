// Owns running a model file in the tests: rows in, rows out. Knows no algorithm.
import { InferenceSession, Tensor } from 'onnxruntime-node';

export type RunRows = (rows: readonly Float32Array[]) => Promise<Float32Array[]>;

/**
 * Loads a model, from its bytes or its file, with one input and one output, both float32 with the batch first; gives a function
 * that runs one batch.
 */
export async function loadModel(
  model: Uint8Array | string,
  options: InferenceSession.SessionOptions = {},
): Promise<RunRows> {
  const all = { intraOpNumThreads: 1, interOpNumThreads: 1, ...options };
  // onnxruntime tells the two apart by their types, TypeScript by the overload.
  const session = await (typeof model === 'string'
    ? InferenceSession.create(model, all)
    : InferenceSession.create(model, all));
  const [inputName = ''] = session.inputNames;
  const [outputName = ''] = session.outputNames;
  return async (rows) => {
    const inputLength = rows[0]?.length ?? 0;
    const input = new Float32Array(rows.length * inputLength);
    for (const [row, values] of rows.entries()) input.set(values, row * inputLength);
    const results = await session.run({ [inputName]: new Tensor('float32', input, [rows.length, inputLength]) });
    const data = results[outputName]?.data;
    if (!(data instanceof Float32Array)) throw new Error('expected a float32 output');
    const length = data.length / rows.length;
    return rows.map((_, row) => data.slice(row * length, (row + 1) * length));
  };
}

/** Largest absolute difference; NaN when the lengths differ or a value is not a number. */
export function largestDifference(left: ArrayLike<number>, right: ArrayLike<number>): number {
  if (left.length !== right.length) return Number.NaN;
  let largest = 0;
  for (let i = 0; i < left.length; i += 1) {
    const difference = Math.abs((left[i] ?? Number.NaN) - (right[i] ?? Number.NaN));
    if (!(difference <= largest)) largest = difference;
    if (Number.isNaN(difference)) return Number.NaN;
  }
  return largest;
}

/** Cosine of the angle between two vectors. */
export function cosine(left: Float32Array, right: Float32Array): number {
  const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * (b[i] ?? Number.NaN), 0);
  return dot(left, right) / Math.sqrt(dot(left, left) * dot(right, right));
}
