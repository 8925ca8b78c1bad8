// Owns a predict call from top to bottom: admit, parse, fetch, infer, respond. Reads as the list of stages that it is; each
// stage's work is done by its owner. Must not know ONNX, threads or an algorithm by name.
import { errorCatalogue, type InstanceReason, type RequestReason } from '@predict-schemata/generated/ts/errors.gen.ts';
import type { components } from '@predict-schemata/generated/ts/service.gen.ts';
import type { Reservation } from '../batch/queue.ts';
import {
  type DecodedInstance,
  failureOf,
  failureOfBug,
  type InstanceFailure,
  isFailure,
} from '../decode/decode-body.ts';
import type { Decoder } from '../decode/decoder.ts';
import { ClientClosedError, InstanceError, RequestError } from '../errors.ts';
import type { ObjectFetcher } from '../storage/gcs-object.ts';
import { readJsonBody } from './body.ts';
import type { Deployment, Service } from './deployment.ts';
import { requireReady } from './health.ts';
import type { Call } from './operation.ts';

type Prediction = components['schemas']['Prediction'];

/** How one instance ended. */
type Outcome = { readonly prediction: object } | { readonly failure: InstanceFailure };

export interface PredictContext {
  readonly service: Service;
  readonly decoder: Decoder;
  readonly fetcher: ObjectFetcher;
}

/**
 * One prediction for each instance of the call, in order. Throws RequestError when the call as a whole fails, also when every
 * instance failed for a reason on the server's side; ClientClosedError when nobody waits for the answer.
 */
export async function predict(call: Call, deployment: Deployment, context: PredictContext): Promise<Prediction[]> {
  const { service, decoder } = context;
  const { limits } = service;
  const { algorithm, engine } = deployment;
  // A swap of the model meanwhile must neither fail this call nor let another model compute under this one's name.
  using _held = engine.hold();
  const deadlineAtMs = performance.now() + limits.requestTimeoutMs;
  const signal = goneSignal(call);
  call.facts.algorithm = algorithm.name;

  // Overload must cost nothing: refuse before the body is read. The places themselves can only be counted after it.
  requireReady(service, [deployment]);
  requireRoom(engine.reserve(1), 1).release();
  const body = await readJsonBody(call.incoming, limits.maxBodyBytes);
  call.facts.bodyBytes = body.byteLength;
  call.times.enter('parse');

  const decoded = await decoder.decodeBody(body, algorithm, { maxInstances: limits.maxInstances });
  call.facts.instances = decoded.instances.length;

  const places = decoded.instances.filter((instance) => !isFailure(instance)).length;
  const reservation = places === 0 ? undefined : requireRoom(engine.reserve(places), places);
  try {
    if (decoded.instances.some((instance) => 'remote' in instance)) call.times.enter('fetch');
    const rows = await Promise.all(
      decoded.instances.map((instance) =>
        fetchRemote(instance, decoded.parameters, deployment, context, { signal, deadlineAtMs }),
      ),
    );
    if (!rows.every(isFailure)) call.times.enter('queue');
    const origin = call.trace;
    const onStart = (nowMs: number): void => {
      if (call.times.current === 'queue') call.times.enter('infer', nowMs);
    };
    const outcomes = await Promise.all(
      rows.map(async (row): Promise<Outcome> => {
        if (isFailure(row)) return { failure: row };
        if (reservation === undefined) throw new Error('A row has no place in the queue. This is a bug.');
        try {
          const item = { input: row, cost: algorithm.costOf?.(row) ?? 1, deadlineAtMs, signal, onStart, origin };
          return { prediction: algorithm.encode(await engine.submit(reservation, item)) };
        } catch (error) {
          if (error instanceof ClientClosedError) throw error;
          return { failure: error instanceof InstanceError ? failureOf(error) : failureOfBug(error) };
        }
      }),
    );
    if (signal.aborted) throw new ClientClosedError();
    return settle(outcomes, call);
  } finally {
    reservation?.release();
  }
}

/** Aborts when the caller's connection closes before its answer is out; frees the places of its instances. */
function goneSignal({ incoming, outgoing }: Call): AbortSignal {
  const controller = new AbortController();
  // An HTTP/2 answer counts as finished when its stream is cancelled; the request alone tells.
  if ('stream' in incoming) incoming.once('aborted', () => controller.abort());
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) controller.abort();
  });
  return controller.signal;
}

function requireRoom(reservation: Reservation | undefined, places: number): Reservation {
  if (reservation !== undefined) return reservation;
  throw new RequestError(
    'QUEUE_FULL',
    `Expected room in the queue for ${places} more ${places === 1 ? 'instance' : 'instances'}, but it is full. Repeat the call after the seconds in Retry-After.`,
    { retryAfterSeconds: 1 },
  );
}

async function fetchRemote(
  instance: DecodedInstance,
  parameters: Parameters<Decoder['decodeFile']>[2],
  { algorithm }: Deployment,
  { fetcher, decoder }: PredictContext,
  { signal, deadlineAtMs }: { signal: AbortSignal; deadlineAtMs: number },
): Promise<Float32Array | InstanceFailure> {
  if (!('remote' in instance)) return instance;
  const timeout = AbortSignal.timeout(Math.max(1, Math.ceil(deadlineAtMs - performance.now())));
  try {
    const { gcsUri, bearerToken } = instance.remote;
    const bytes = await fetcher.fetch(gcsUri, bearerToken, AbortSignal.any([signal, timeout]));
    return await decoder.decodeFile(bytes, algorithm, parameters);
  } catch (error) {
    if (timeout.aborted)
      return {
        reason: 'DEADLINE_EXCEEDED',
        description:
          'The file did not come from cloud storage before the call’s time was up. Repeat the instance later.',
      };
    if (error instanceof InstanceError) return failureOf(error);
    if (signal.aborted) throw new ClientClosedError();
    throw error;
  }
}

/** Puts errors in their places; when nothing but server-side errors is left, the call itself fails, so that clients retry it. */
function settle(outcomes: readonly Outcome[], { facts, log }: Call): Prediction[] {
  const failures = outcomes.flatMap((outcome) => ('failure' in outcome ? [outcome.failure] : []));
  if (failures.length > 0) facts.instanceErrors = countByReason(failures);
  for (const { reason, cause } of failures) {
    if (cause !== undefined) log.error({ reason, cause }, 'an instance failed');
  }
  const [first] = failures;
  const blamesServer = failures.every(({ reason }) => errorCatalogue[reason].blame === 'server');
  if (first !== undefined && failures.length === outcomes.length && blamesServer) {
    throw new RequestError(requestReason(first.reason), first.description, { retryAfterSeconds: 1 });
  }
  return outcomes.map((outcome) =>
    'failure' in outcome
      ? { error: { description: outcome.failure.description, reason: outcome.failure.reason } }
      : { ...outcome.prediction },
  );
}

/** Every reason that blames the server is declared for whole calls too. */
function requestReason(reason: InstanceReason): RequestReason {
  const { levels } = errorCatalogue[reason];
  // The test of the level is what makes the assertion true.
  return levels.some((level) => level === 'request') ? (reason as RequestReason) : 'INTERNAL';
}

function countByReason(failures: readonly InstanceFailure[]): Partial<Record<InstanceReason, number>> {
  const counts: Partial<Record<InstanceReason, number>> = {};
  for (const { reason } of failures) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}
