// Owns which execution providers onnxruntime has here. Must not know models.
import { InferenceSession, listSupportedBackends } from 'onnxruntime-node';
import { ExecutionProviderError } from './execution-provider-error.ts';

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
 * Lets a provider load what it needs, without the model.
 * @throws ExecutionProviderError when it cannot: a library, a driver or the device is missing.
 */
export async function probeExecutionProvider(name: string): Promise<void> {
  try {
    const session = await InferenceSession.create(IDENTITY, { executionProviders: [name] });
    await session.release();
  } catch (error) {
    const text = `Expected the execution provider ${name} to work on this machine, but onnxruntime cannot load it: a library, a driver or the device is missing. Install what it needs, or choose --execution-provider cpu.`;
    throw new ExecutionProviderError(text, { cause: error });
  }
}
