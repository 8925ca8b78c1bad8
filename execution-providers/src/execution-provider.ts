// Owns which execution providers onnxruntime has here, and whether one works. Must not know models.
import { InferenceSession, listSupportedBackends } from 'onnxruntime-node';
import { ExecutionProviderError } from './execution-provider-error.ts';
import { missingLibraries } from './missing-libraries.ts';

export { ExecutionProviderError };

/** The provider that every machine has. */
export const CPU = 'cpu';

/**
 * The identity from `x` to `y`, both `[1]` float32: the smallest ONNX file that makes a provider load its libraries. Fields
 * as in onnx.proto: ir_version 8, graph (node Identity, name, input, output), opset 17.
 */
const IDENTITY = Buffer.from(
  'CAg6NwoQCgF4EgF5IghJZGVudGl0eRIBaVoPCgF4EgoKCAgBEgQKAggBYg8KAXkSCgoICAESBAoCCAFCAhAR',
  'base64',
);

/** Names of the providers that this build of onnxruntime knows, whether or not the machine has what they need. */
export function knownExecutionProviders(): string[] {
  return listSupportedBackends().map(({ name }) => name);
}

/** What is wrong with the name of a provider in this build; undefined when nothing is. */
export function executionProviderProblem(name: string): string | undefined {
  const known = knownExecutionProviders();
  if (known.includes(name)) return undefined;
  return `this build of onnxruntime has the execution providers ${known.join(', ')}, got ${JSON.stringify(name)}`;
}

/**
 * Keeps float32 what it is on NVIDIA's GPUs. onnxruntime would let them round the numbers of float32 products to 10 bits (TF32), which
 * is coarser than fp32's limits allow and hides a spectrogram's quiet bands in every variant. Its own option for that cannot be given
 * through onnxruntime-node; NVIDIA's variable goes before it. A value that is set already stays. For the main thread, whose variables
 * alone are those of the process, before the provider is loaded. Source: cuBLAS documentation, "Tensor Core Usage".
 */
export function prepareExecutionProvider(name: string): void {
  if (name === 'cuda' || name === 'tensorrt') process.env['NVIDIA_TF32_OVERRIDE'] ??= '0';
}

/**
 * Lets a provider load what it needs, without the model.
 * @throws ExecutionProviderError when it cannot: a library, a driver or the device is missing.
 */
export async function probeExecutionProvider(name: string): Promise<void> {
  const missing = await missingLibraries(name);
  // Without its libraries there is nothing to try, and onnxruntime would write their paths to standard error.
  if (missing.length > 0) throw unusable(name, `missing are ${missing.join(', ')}`);
  try {
    const session = await InferenceSession.create(IDENTITY, { executionProviders: [name] });
    await session.release();
  } catch (error) {
    throw unusable(name, 'a library, a driver or the device is missing', error);
  }
}

/**
 * All of it, for a command that is to compute with a provider: a known one, which works here and computes float32 as it is.
 * @throws ExecutionProviderError with what to do.
 */
export async function demandExecutionProvider(name: string): Promise<void> {
  const problem = executionProviderProblem(name);
  if (problem !== undefined) throw new ExecutionProviderError(`--execution-provider: ${problem}`);
  prepareExecutionProvider(name);
  await probeExecutionProvider(name);
}

function unusable(name: string, reason: string, cause?: unknown): ExecutionProviderError {
  const text = `Expected the execution provider ${name} to work on this machine, but onnxruntime cannot load it: ${reason}. Install what it needs (models/README.md, "On a GPU"), or choose --execution-provider cpu.`;
  return new ExecutionProviderError(text, { cause });
}
