// Owns the check that an adopted model runs here and keeps its rows apart, before it is written. Must not know what it computes.
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { uniformGenerator } from '../seeded-random.ts';
import type { Signature } from './adopt-model.ts';

const ROWS = 3;

/**
 * Runs three rows of noise together and alone. @throws Error when onnxruntime cannot run the model, when a result is no finite
 * number, or when a row's result depends on its neighbours
 */
export async function tryRows(model: Uint8Array, signature: Signature): Promise<void> {
  const { inputName, inputLength, outputName, outputLength } = signature;
  const session = await createSession(model);
  try {
    const run = async (rows: Float32Array): Promise<Float32Array> => {
      const count = rows.length / inputLength;
      const results = await session.run({ [inputName]: new Tensor('float32', rows, [count, inputLength]) });
      const data = results[outputName]?.data;
      if (!(data instanceof Float32Array) || data.length !== count * outputLength)
        throw new Error(`Expected ${count * outputLength} numbers for ${count} rows, got ${data?.length ?? 0}.`);
      return data;
    };
    const uniform = uniformGenerator(1);
    const rows = Float32Array.from({ length: ROWS * inputLength }, () => 0.2 * uniform() - 0.1);
    const together = await run(rows);
    if (!together.every(Number.isFinite)) throw new Error('Expected finite numbers for noise, got others.');
    for (let row = 0; row < ROWS; row += 1) {
      const alone = await run(rows.slice(row * inputLength, (row + 1) * inputLength));
      const among = together.subarray(row * outputLength, (row + 1) * outputLength);
      if (alone.some((value, index) => value !== among[index]))
        throw new Error('Expected the same numbers for a clip alone and among others, got different ones.');
    }
  } finally {
    await session.release();
  }
}

async function createSession(model: Uint8Array): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(model, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`Expected a model that onnxruntime can load, got one that it refuses: ${why}`, { cause: error });
  }
}
