// Owns the step from an inference request's bytes to model rows. The rows are the model's own input, so no algorithm decodes
// them. Pure and synchronous, as decode-body.ts is. Must not queue or know HTTP.
import type { AnyAlgorithm } from '../algorithms/algorithm.ts';
import { readInferenceRequest } from '../parse/read-inference-request.ts';
import type { ParseLimits } from '../parse/read-request.ts';
import type { DecodedBody } from './decode-body.ts';

export interface DecodedTensors extends DecodedBody {
  readonly instances: readonly Float32Array[];
  /** The call's own id, to be answered. */
  readonly id?: string;
  /** The output is wanted as bytes behind the JSON. */
  readonly binaryOutput: boolean;
}

/** Reads a whole inference request, see readInferenceRequest. Throws RequestError. */
export function decodeTensors(
  body: Uint8Array,
  jsonBytes: number | undefined,
  { model }: AnyAlgorithm,
  limits: ParseLimits,
): DecodedTensors {
  const { rows, ...request } = readInferenceRequest(body, jsonBytes, model, limits);
  return { ...request, instances: rows, parameters: {} };
}

/** The same with memory of their own for the rows, so that it can move to another thread. */
export function withOwnMemory(request: DecodedTensors): DecodedTensors {
  return {
    ...request,
    instances: request.instances.map((row) => (row.byteLength === row.buffer.byteLength ? row : row.slice())),
  };
}
