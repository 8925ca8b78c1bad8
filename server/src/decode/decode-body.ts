// Owns the step from a body's bytes to model rows: parse, then decode each instance by itself. Pure and synchronous, so that
// it runs on the HTTP thread for small bodies and in a worker for large ones. Must not fetch, queue or know HTTP.
import { AudioError } from '@predict-schemata/audio';
import type { InstanceReason } from '@predict-schemata/generated/ts/errors.gen.ts';
import type { AnyAlgorithm, Decoded, ParsedObject } from '../algorithms/algorithm.ts';
import { InstanceError } from '../errors.ts';
import { unwrapHttpBody } from '../parse/http-body.ts';
import { type ParsedRequest, type ParseLimits, readRequest } from '../parse/read-request.ts';
import { giveBack } from '../recycled-memory.ts';

/** Why an instance has no row. Plain data, since error classes do not survive the way between threads. */
export interface InstanceFailure {
  readonly reason: InstanceReason;
  readonly description: string;
  /** What happened inside the server, for the log alone. */
  readonly cause?: string;
}

export type DecodedInstance = Decoded | InstanceFailure;

export interface DecodedBody {
  readonly instances: readonly DecodedInstance[];
  readonly parameters: ParsedObject;
  /** The body came inside a google.api.HttpBody, and its answer goes back in one. */
  readonly wrapped?: boolean;
}

export function isFailure(instance: object): instance is InstanceFailure {
  return 'reason' in instance;
}

export type ParsedBody = ParsedRequest<ParsedObject & { readonly variant: string }, ParsedObject> &
  Pick<DecodedBody, 'wrapped'>;

/** Reads a whole predict body. Nothing points into it afterwards. Throws RequestError when the envelope is malformed. */
export function parseBody(body: Uint8Array, algorithm: AnyAlgorithm, limits: ParseLimits): ParsedBody {
  const inner = limits.mayBeWrapped ? unwrapHttpBody(body, limits) : undefined;
  if (inner === undefined) return readRequest(body, algorithm.requestShape, limits);
  const request: ParsedBody = readRequest(inner, algorithm.requestShape, limits);
  giveBack(inner);
  return { ...request, wrapped: true };
}

/** Decodes each instance by itself, and gives the memory of their bytes back: they cannot be read afterwards. */
export function decodeParsed({ instances, parameters, wrapped }: ParsedBody, algorithm: AnyAlgorithm): DecodedBody {
  return {
    instances: instances.map((instance) =>
      instance.ok ? decodeInstance(instance.value, parameters, algorithm) : failureOf(instance.error),
    ),
    parameters,
    ...(wrapped !== undefined && { wrapped }),
  };
}

function decodeInstance(
  instance: ParsedObject & { readonly variant: string },
  parameters: ParsedObject,
  algorithm: AnyAlgorithm,
): DecodedInstance {
  const decoded = settle(() => algorithm.decode(instance, parameters));
  for (const value of Object.values(instance)) {
    const isRow = decoded instanceof Float32Array && value instanceof Uint8Array && value.buffer === decoded.buffer;
    if (value instanceof Uint8Array && !isRow) giveBack(value);
  }
  return decoded;
}

/** What decoding all instances would take, in the steps of the plug-in's estimate. */
export function workOf({ instances, parameters }: ParsedBody, algorithm: AnyAlgorithm): number {
  let work = 0;
  for (const instance of instances) {
    if (instance.ok) work += algorithm.decodeWork?.(instance.value, parameters) ?? 0;
  }
  return work;
}

/** Reads and decodes a whole predict body. Throws RequestError when the envelope is malformed. */
export function decodeBody(body: Uint8Array, algorithm: AnyAlgorithm, limits: ParseLimits): DecodedBody {
  return decodeParsed(parseBody(body, algorithm, limits), algorithm);
}

/** Decodes one fetched file, under the same rules as an inline one. */
export function decodeFile(
  bytes: Uint8Array,
  algorithm: AnyAlgorithm,
  parameters: ParsedObject,
): Float32Array | InstanceFailure {
  return settle(() => algorithm.decodeFile(bytes, parameters));
}

export function failureOf({ reason, message, cause }: InstanceError | AudioError): InstanceFailure {
  return { reason, description: message, ...(cause !== undefined && { cause: textOf(cause) }) };
}

/** A bug is kept to its instance like every other failure: it must not cost the neighbours their result. */
export function failureOfBug(error: unknown): InstanceFailure {
  return {
    reason: 'INTERNAL',
    description: 'The server failed at this instance. This is a bug: give its operator the request id.',
    cause: textOf(error),
  };
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function settle<T>(decode: () => T): T | InstanceFailure {
  try {
    return decode();
  } catch (error) {
    return error instanceof InstanceError || error instanceof AudioError ? failureOf(error) : failureOfBug(error);
  }
}
