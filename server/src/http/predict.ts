// Owns a predict call from top to bottom: admit, parse, fetch, infer, respond. Reads as the list of stages that it is; each
// stage's work is done by its owner. Must not know ONNX, threads or an algorithm by name.
import type { IncomingHttpHeaders } from 'node:http';
import type { Reservation } from '../batch/queue.ts';
import {
  type DecodedBody,
  type DecodedInstance,
  failureOf,
  failureOfBug,
  type InstanceFailure,
  isFailure,
} from '../decode/decode-body.ts';
import type { Decoder, Waiting } from '../decode/decoder.ts';
import { ClientClosedError, InstanceError, RequestError } from '../errors.ts';
import { giveBack } from '../recycled-memory.ts';
import type { ObjectFetcher } from '../storage/gcs-object.ts';
import { readBody } from './body.ts';
import type { BodyMemory } from './body-memory.ts';
import type { Deployment, Service } from './deployment.ts';
import { requireReady } from './health.ts';
import type { Call } from './operation.ts';
import { countByReason, failuresOf, type Outcome } from './outcome.ts';
import type { ReadingPace } from './reading-pace.ts';

export interface PredictContext {
  readonly service: Service;
  readonly decoder: Decoder;
  readonly fetcher: ObjectFetcher;
  /** One for the process. */
  readonly bodyMemory: BodyMemory;
  /** One for the process. */
  readonly pace: ReadingPace;
}

/** One form of request and answer around the stages: which bodies it reads, and what it makes of the model's rows. */
export interface Envelope<Request extends DecodedBody, Result, Answer> {
  /** Looks at the headers alone and gives what will read the body. Throws RequestError for a media type that it does not read. */
  open(headers: IncomingHttpHeaders): (body: Uint8Array, waiting: Waiting) => Promise<Request>;
  /** Makes a result of one row of the model's output. What it throws fails this instance alone. */
  encode(row: Float32Array): Result;
  /** The answer, `outcomes` in the order of the instances. Throws RequestError when the call as a whole fails. */
  close(outcomes: readonly Outcome<Result>[], request: Request): Answer;
}

/**
 * The answer of one call in the form of its envelope. Throws RequestError when the call as a whole fails; ClientClosedError when
 * nobody waits for the answer.
 */
export async function predict<Request extends DecodedBody, Result, Answer>(
  call: Call,
  deployment: Deployment,
  context: PredictContext,
  envelope: Envelope<Request, Result, Answer>,
): Promise<Answer> {
  const { service } = context;
  const { limits } = service;
  const { algorithm, engine } = deployment;
  // A swap of the model meanwhile must neither fail this call nor let another model compute under this one's name.
  using _held = engine.hold();
  const deadlineAtMs = performance.now() + limits.requestTimeoutMs;
  const signal = goneSignal(call);
  const waiting: Waiting = { signal, deadlineAtMs };
  call.facts.algorithm = algorithm.name;

  // Overload must cost nothing: refuse before the body is read. The places themselves can only be counted after it.
  requireReady(service, [deployment]);
  requireRoom(engine.reserve(1), 1).release();
  const decode = envelope.open(call.incoming.headers);
  using lease = context.bodyMemory.open();
  const body = await readBody(call.incoming, {
    maxBytes: limits.maxBodyBytes,
    timeoutMs: limits.bodyTimeoutMs,
    lease,
    pace: context.pace,
  });
  call.facts.bodyBytes = body.byteLength;
  if (performance.now() >= deadlineAtMs) throw bodyTooLate(limits.requestTimeoutMs);
  call.times.enter('parse');

  const decoded = await decode(body, waiting);
  call.facts.instances = decoded.instances.length;
  lease.become(bytesOf(decoded.instances));

  const places = decoded.instances.filter((instance) => !isFailure(instance)).length;
  const reservation = places === 0 ? undefined : requireRoom(engine.reserve(places), places);
  try {
    const isRemote = decoded.instances.some((instance) => 'remote' in instance);
    if (isRemote) call.times.enter('fetch');
    const rows = await Promise.all(
      decoded.instances.map((instance) => fetchRemote(instance, decoded.parameters, deployment, context, waiting)),
    );
    if (isRemote) lease.become(bytesOf(rows));
    if (!rows.every(isFailure)) call.times.enter('queue');
    const origin = call.trace;
    const onStart = (nowMs: number): void => {
      if (call.times.current === 'queue') call.times.enter('infer', nowMs);
    };
    const outcomes = await Promise.all(
      rows.map(async (row): Promise<Outcome<Result>> => {
        if (isFailure(row)) return { failure: row };
        if (reservation === undefined) throw new Error('A row has no place in the queue. This is a bug.');
        try {
          const item = { input: row, cost: algorithm.costOf?.(row) ?? 1, deadlineAtMs, signal, onStart, origin };
          return { result: envelope.encode(await engine.submit(reservation, item)) };
        } catch (error) {
          if (error instanceof ClientClosedError) throw error;
          return { failure: error instanceof InstanceError ? failureOf(error) : failureOfBug(error) };
        }
      }),
    );
    // Every row was computed or given up by now: nobody reads it any more.
    for (const row of rows) if (row instanceof Float32Array) giveBack(row);
    if (signal.aborted) throw new ClientClosedError();
    note(failuresOf(outcomes), call);
    return envelope.close(outcomes, decoded);
  } finally {
    reservation?.release();
  }
}

/** What the decoded instances hold; a file that is still to be fetched holds nothing yet. */
function bytesOf(instances: readonly DecodedInstance[]): number {
  return instances.reduce((sum, instance) => sum + (instance instanceof Float32Array ? instance.byteLength : 0), 0);
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

/** Decoding it would be for nothing, and where bodies are slow because there are many, it would make the others late, too. */
function bodyTooLate(requestTimeoutMs: number): RequestError {
  return new RequestError(
    'DEADLINE_EXCEEDED',
    `Expected the body and a result within ${requestTimeoutMs} ms, but the body alone took longer. Send fewer instances in one call, or repeat it on a faster connection.`,
  );
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
  waiting: Waiting,
): Promise<Float32Array | InstanceFailure> {
  if (!('remote' in instance)) return instance;
  const { signal, deadlineAtMs } = waiting;
  const timeout = AbortSignal.timeout(Math.max(1, Math.ceil(deadlineAtMs - performance.now())));
  try {
    const { gcsUri, bearerToken } = instance.remote;
    const bytes = await fetcher.fetch(gcsUri, bearerToken, AbortSignal.any([signal, timeout]));
    return await decoder.decodeFile(bytes, algorithm, parameters, waiting);
  } catch (error) {
    if (timeout.aborted || performance.now() >= deadlineAtMs)
      return {
        reason: 'DEADLINE_EXCEEDED',
        description:
          'The file did not come from cloud storage, or was not decoded, before the call’s time was up. Repeat the instance later.',
      };
    if (error instanceof InstanceError) return failureOf(error);
    if (signal.aborted) throw new ClientClosedError();
    throw error;
  }
}

function note(failures: readonly InstanceFailure[], { facts, log }: Call): void {
  if (failures.length > 0) facts.instanceErrors = countByReason(failures);
  for (const { reason, cause } of failures) {
    if (cause !== undefined) log().error({ reason, cause }, 'an instance failed');
  }
}
