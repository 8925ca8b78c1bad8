// Owns the envelope of PredictSchemata: instances in, one prediction or error for each, as Vertex AI and KServe's V1 protocol have
// it. What stands around `predictions` is for the handlers to say.
import type { components } from '@predict-schemata/generated/ts/service.gen.ts';
import type { DecodedBody } from '../decode/decode-body.ts';
import { requireMediaType } from './body.ts';
import type { Deployment } from './deployment.ts';
import { FILE_TYPES, fileBodyReader } from './file-bodies.ts';
import { asRequestError, blamesServer, failuresOf, type Outcome } from './outcome.ts';
import type { Envelope, PredictContext } from './predict.ts';

type Prediction = components['schemas']['Prediction'];

export interface Predictions {
  readonly predictions: Prediction[];
  /** The answer is wanted inside a google.api.HttpBody, as the request came. */
  readonly wrapped: boolean;
}

/**
 * Answers one prediction for each instance; the call fails when every instance failed for a reason on the server's side. With `raw`
 * the body may also be a file, a form with files, or JSON inside a google.api.HttpBody.
 */
export function instancesEnvelope(
  { algorithm }: Deployment,
  { decoder, service: { limits } }: PredictContext,
  { raw = false } = {},
): Envelope<DecodedBody, object, Predictions> {
  const { maxInstances } = limits;
  return {
    open({ 'content-type': contentType }) {
      const readFiles = raw ? fileBodyReader(contentType, { algorithm, decoder, maxInstances }) : undefined;
      if (readFiles !== undefined) return readFiles;
      requireMediaType(contentType, ['application/json', ...(raw ? FILE_TYPES : [])]);
      return (body, waiting) => decoder.decodeBody(body, algorithm, { maxInstances, mayBeWrapped: raw }, waiting);
    },
    encode: (row) => algorithm.encode(row),
    close: (outcomes, { wrapped = false }) => ({ predictions: predictionsOf(outcomes), wrapped }),
  };
}

/** Puts errors in their places; when nothing but server-side errors is left, the call itself fails, so that clients retry it. */
function predictionsOf(outcomes: readonly Outcome<object>[]): Prediction[] {
  const failures = failuresOf(outcomes);
  const [first] = failures;
  if (first !== undefined && failures.length === outcomes.length && failures.every(blamesServer)) {
    throw asRequestError(first);
  }
  return outcomes.map((outcome) =>
    'failure' in outcome
      ? { error: { description: outcome.failure.description, reason: outcome.failure.reason } }
      : { ...outcome.result },
  );
}
