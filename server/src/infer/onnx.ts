// Owns onnxruntime: opens a session that computes straight from and into the shared slots, and refuses a model with
// another signature. Must not know messages, batching or an algorithm.
import { basename, dirname } from 'node:path';
import { probeExecutionProvider } from '@predict-schemata/execution-providers';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { ModelSignature } from '../algorithms/algorithm.ts';
import type { Backend, BackendOptions } from './backend.ts';
import { ModelFileError } from './model-file-error.ts';

/**
 * Loads the model and checks it against the signature.
 * @throws ModelFileError when input or output differ from the signature; ExecutionProviderError when the provider does not
 *   work here; Error when onnxruntime cannot load the file.
 */
export async function openBackend(options: BackendOptions): Promise<Backend> {
  const { signature, maxBatch, input, output, inNative } = options;
  const session = await native(inNative, () => createSession(options));
  try {
    checkSignature(session, signature, basename(options.modelPath));
  } catch (error) {
    await session.release();
    throw error;
  }
  // Tensors over the shared slots, one pair for each batch size, so that a run makes and copies nothing.
  const calls = Array.from({ length: maxBatch }, (_, index) => {
    const rows = index + 1;
    const inputTensor = rowsTensor(input, rows, signature.inputLength);
    const outputTensor = rowsTensor(output, rows, signature.outputLength);
    return { feeds: { [signature.inputName]: inputTensor }, fetches: { [signature.outputName]: outputTensor } };
  });
  return {
    async run(rows) {
      const call = calls[rows - 1];
      if (call === undefined) throw new RangeError(`Expected 1 to ${maxBatch} rows, got ${rows}. This is a bug.`);
      await native(inNative, () => session.run(call.feeds, call.fetches));
    },
    close: () => session.release(),
  };
}

/** Says meanwhile that native code computes. */
async function native<T>(inNative: Int32Array | undefined, compute: () => Promise<T>): Promise<T> {
  if (inNative === undefined) return compute();
  Atomics.store(inNative, 0, 1);
  try {
    return await compute();
  } finally {
    Atomics.store(inNative, 0, 0);
  }
}

async function createSession({ modelPath, settings }: BackendOptions): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(modelPath, {
      executionProviders: [settings.executionProvider],
      intraOpNumThreads: settings.threads,
      interOpNumThreads: 1,
      // Spinning threads take the processor from the other workers: measured slower than sleeping ones.
      extra: {
        session: {
          intra_op: { allow_spinning: '0' },
          // A product's weights are otherwise copied into the form that its kernel reads fastest, for each session anew.
          ...(settings.weights === 'shared' && { disable_prepacking: '1' }),
        },
      },
    });
  } catch (error) {
    await probeExecutionProvider(settings.executionProvider);
    // onnxruntime puts the path into its messages; the folder is nobody's business.
    const text = String(error instanceof Error ? error.message : error).replaceAll(`${dirname(modelPath)}/`, '');
    throw new Error(`Expected a model that onnxruntime can load, ${basename(modelPath)} is none: ${text}`);
  }
}

function rowsTensor(slot: Float32Array, rows: number, length: number): Tensor {
  return new Tensor('float32', slot.subarray(0, rows * length), [rows, length]);
}

function checkSignature(session: InferenceSession, signature: ModelSignature, file: string): void {
  const inputs = session.inputMetadata;
  // Further outputs do no harm: what is not fetched is not computed.
  const outputs = session.outputMetadata.filter(({ name }) => name === signature.outputName);
  checkValues('input', inputs, signature.inputName, signature.inputLength, file);
  checkValues(
    'output',
    outputs.length > 0 ? outputs : session.outputMetadata,
    signature.outputName,
    signature.outputLength,
    file,
  );
}

function checkValues(
  kind: 'input' | 'output',
  values: readonly InferenceSession.ValueMetadata[],
  name: string,
  length: number,
  file: string,
): void {
  const expected = `${name} [N,${length}]`;
  const came = values.map(describe).join(', ');
  const [value] = values;
  const matches =
    values.length === 1 &&
    value?.name === name &&
    value.isTensor &&
    value.type === 'float32' &&
    // A symbolic dimension has a name or '', a fixed one is a number. A fixed batch could not take 1 row and many.
    value.shape.length === 2 &&
    typeof value.shape[0] === 'string' &&
    value.shape[1] === length;
  if (!matches)
    throw new ModelFileError(
      `Model ${file} has ${kind} ${came}; expected ${expected}. Give a model that was built for this endpoint.`,
    );
}

/** For example `x [N,16000]`; the type only where it is not the expected one. */
function describe(value: InferenceSession.ValueMetadata): string {
  if (!value.isTensor) return `${value.name} (no tensor)`;
  const dimensions = value.shape.map((size, index) =>
    typeof size === 'number' ? size : index === 0 ? 'N' : size || '?',
  );
  return `${value.name} [${dimensions.join(',')}]${value.type === 'float32' ? '' : ` ${value.type}`}`;
}
