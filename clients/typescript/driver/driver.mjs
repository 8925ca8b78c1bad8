// Owns the conformance driver of the TypeScript client (clients/README.md): a case a line in, a result a line out. Uses the built
// package as a user would.
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import createClient from 'openapi-fetch';
import * as package_ from 'predict-schemata-client';
import { soundFile } from 'predict-schemata-client/node';

const { PredictClient, PredictError, serverTarget } = package_;

const KINDS = {
  InvalidRequestError: 'invalid_request',
  AuthenticationError: 'authentication',
  PermissionError: 'permission',
  NotFoundError: 'not_found',
  RateLimitError: 'rate_limited',
  UnavailableError: 'unavailable',
  ServerError: 'server',
  DeadlineError: 'deadline',
  ConnectionError: 'connection',
  CancelledError: 'cancelled',
  InvalidAnswerError: 'invalid_answer',
};

for await (const line of createInterface({ input: process.stdin })) {
  const given = JSON.parse(line);
  let result;
  try {
    result = { ok: true, ...(await run(given)) };
  } catch (error) {
    result = { ok: false, error: shownError(error) };
  }
  process.stdout.write(`${JSON.stringify({ case: given.case, ...result })}\n`);
}

async function run(given) {
  const { algorithm, call, endpoint, tokens, headers, options, cancel_after_ms, instances, sounds } = given;
  if (call === 'plain') return runPlain(given);
  const client = new PredictClient({
    target: serverTarget(endpoint.base_url),
    project: endpoint.project,
    location: endpoint.location,
    endpoint: endpoint.endpoint,
    ...(tokens.length > 0 && { token: tokens.length === 1 ? tokens[0] : providerOf(tokens) }),
    headers,
    maxAttempts: options.max_attempts,
    initialBackoffMs: options.initial_backoff_ms,
    maxBackoffMs: options.max_backoff_ms,
    deadlineMs: options.deadline_ms,
    maxParallelCalls: options.max_parallel_calls,
    ...(options.max_instances !== undefined && { maxInstances: options.max_instances }),
    ...(options.max_body_bytes !== undefined && { maxBodyBytes: options.max_body_bytes }),
  });
  const settings = cancel_after_ms === undefined ? {} : { signal: AbortSignal.timeout(cancel_after_ms) };
  if (call === 'instances') {
    const { predictions, modelDisplayName } = await client.predict(algorithm, { instances }, settings);
    return { predictions: predictions.map(shownPrediction), model_display_name: modelDisplayName };
  }
  const all = await Promise.all(sounds.map(soundOf));
  const startedAtMs = performance.now();
  const { predictions, modelDisplayName } = await client.predictSounds(algorithm, all, settings);
  const elapsedMs = performance.now() - startedAtMs;
  const shown = predictions.map(shownPrediction);
  return { predictions: shown, model_display_name: modelDisplayName, elapsed_ms: elapsedMs };
}

/** As a caller of the generated types writes it who has no helper. */
async function runPlain({ endpoint: { base_url: baseUrl, ...path }, tokens: [token], options, sounds }) {
  const arrays = await Promise.all(sounds.map(soundOf));
  const client = createClient({ baseUrl, headers: { Authorization: `Bearer ${token}` } });
  const predictions = [];
  const startedAtMs = performance.now();
  for (let at = 0; at < arrays.length; at += options.max_instances) {
    const instances = arrays.slice(at, at + options.max_instances).map((samples) => ({
      input_array: Array.from(samples, samples instanceof Int16Array ? (sample) => sample / 32_768 : undefined),
    }));
    const { data, error } = await client.POST(
      '/v1/projects/{project}/locations/{location}/endpoints/{endpoint}:predict',
      { params: { path }, body: { instances } },
    );
    if (data === undefined) throw new Error(error.error.message);
    predictions.push(...data.predictions);
  }
  const elapsedMs = performance.now() - startedAtMs;
  return { predictions: predictions.map(shownPrediction), elapsed_ms: elapsedMs };
}

/** The next one of a list each time that one is refused. */
function providerOf(tokens) {
  let at = 0;
  return async ({ refused }) => {
    if (refused !== undefined && refused === tokens[at]) at = Math.min(at + 1, tokens.length - 1);
    return tokens[at];
  };
}

async function soundOf({ file, int16, float32, float64, sample_rate_hz, uri, token }) {
  if (file !== undefined) return soundFile(file);
  if (uri !== undefined) return token === undefined ? { uri } : { uri, token };
  const [path, Type] =
    int16 !== undefined
      ? [int16, Int16Array]
      : float32 !== undefined
        ? [float32, Float32Array]
        : [float64, Float64Array];
  const bytes = await readFile(path);
  // A copy, since the bytes of a small file may begin at any place.
  const samples = new Type(new Uint8Array(bytes).buffer);
  return sample_rate_hz === undefined ? samples : { samples, sampleRateHz: sample_rate_hz };
}

/** The error, or the numbers as base64 of little-endian 32-bit floats, in the order of the contract. */
function shownPrediction(prediction) {
  if (prediction.error !== undefined) {
    const { reason, description } = prediction.error;
    return { error: { reason, description } };
  }
  const [result] = Object.values(prediction);
  const values = Float32Array.from(
    Array.isArray(result) || ArrayBuffer.isView(result) ? result : Object.values(result),
  );
  return { values: Buffer.from(values.buffer).toString('base64') };
}

function shownError(error) {
  const kind = error instanceof PredictError ? KINDS[error.name] : undefined;
  return {
    kind: kind ?? 'unexpected',
    message: String(error?.message ?? error),
    status: error?.status ?? null,
    reason: error?.reason ?? null,
    request_id: error?.requestId ?? null,
  };
}
