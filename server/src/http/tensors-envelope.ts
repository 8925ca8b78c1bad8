// Owns the envelope of the Open Inference Protocol: rows of the model's input in, rows of its output back, as JSON or as bytes
// behind it (kserve/open-inference-protocol, inference_rest.md; Triton's extension_binary_data.md). Must not know an algorithm.
import type { FloatRows } from '@predict-schemata/floats';
import type { components } from '@predict-schemata/generated/ts/service.gen.ts';
import type { DecodedTensors } from '../decode/decode-tensors.ts';
import { RequestError } from '../errors.ts';
import { requireMediaType } from './body.ts';
import type { Deployment } from './deployment.ts';
import type { Reply } from './operation.ts';
import { asRequestError, type Outcome } from './outcome.ts';
import type { Envelope, PredictContext } from './predict.ts';

type InferenceResponse = components['schemas']['InferenceResponse'];

/** Answers all rows or none: the protocol has no place for the error of one. */
export function tensorsEnvelope(
  deployment: Deployment,
  { decoder, service: { limits } }: PredictContext,
): Envelope<DecodedTensors, Float32Array, Reply<'infer'>> {
  const { algorithm } = deployment;
  return {
    open(headers) {
      // Triton's client sends no Content-Type, with tensor data behind the JSON and without.
      const { 'content-type': contentType, 'inference-header-content-length': jsonBytes } = headers;
      if (contentType !== undefined) requireMediaType(contentType, ['application/json', 'application/octet-stream']);
      const size = jsonBytes === undefined ? undefined : byteCount(String(jsonBytes));
      return (body, waiting) =>
        decoder.decodeTensors(body, size, algorithm, { maxInstances: limits.maxInstances }, waiting);
    },
    encode: (row) => row,
    close: (outcomes, request) => answerOf(joined(outcomes, algorithm.model.outputLength), request, deployment),
  };
}

function byteCount(text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  const description = 'expected a whole number of bytes';
  throw new RequestError('INVALID_VALUE', `Inference-Header-Content-Length: ${description}, got another value.`, {
    fieldViolations: [{ field: 'Inference-Header-Content-Length', description }],
  });
}

/** All rows in one piece of memory. Throws RequestError that names the first row that failed. */
function joined(outcomes: readonly Outcome<Float32Array>[], length: number): Float32Array<ArrayBuffer> {
  const all = new Float32Array(outcomes.length * length);
  for (const [index, outcome] of outcomes.entries()) {
    if ('failure' in outcome)
      throw asRequestError(outcome.failure, `Row ${index} failed: ${outcome.failure.description}`);
    all.set(outcome.result, index * length);
  }
  return all;
}

function answerOf(
  output: Float32Array<ArrayBuffer>,
  { id, binaryOutput, instances }: DecodedTensors,
  { algorithm, model }: Deployment,
): Reply<'infer'> {
  const { outputName, outputLength } = algorithm.model;
  const tensor = binaryOutput ? { parameters: { binary_data_size: output.byteLength } } : { data: output };
  const response: FloatRows<InferenceResponse> = {
    model_name: algorithm.name,
    model_version: model.version,
    ...(id !== undefined && { id }),
    parameters: {
      model_display_name: model.displayName,
      model_sha256: model.sha256,
      development: model.development,
    },
    outputs: [{ name: outputName, datatype: 'FP32', shape: [instances.length, outputLength], ...tensor }],
  };
  if (!binaryOutput) return { status: 200, mediaType: 'application/json', headers: {}, body: response };
  const json = Buffer.from(JSON.stringify(response));
  return {
    status: 200,
    mediaType: 'application/octet-stream',
    headers: { 'Inference-Header-Content-Length': json.byteLength },
    // Little-endian, as every platform that the server runs on.
    body: Buffer.concat([json, new Uint8Array(output.buffer)]),
  };
}
