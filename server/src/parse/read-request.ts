// Owns the way from a predict body's bytes to typed instances and parameters: the envelope that all algorithms share.
// Must not know an algorithm or HTTP, and never builds a JavaScript array of samples.
import { isUtf8 } from 'node:buffer';
import type { RequestShape } from '@predict-schemata/generated/ts/request-shape.gen.ts';
import { RequestError } from '../errors.ts';
import { readElements, readMembers } from './containers.ts';
import { type Cursor, cursorOf, nextByte, type ReadingLimits } from './cursor.ts';
import { counted, showName, showUnknownName } from './messages.ts';
import { type AnyInstance, type ParsedInstance, readInstance } from './read-instance.ts';
import { readParameters, withoutParameters } from './read-parameters.ts';
import { planOf, type RequestPlan } from './request-plan.ts';
import { type JsonType, jsonTypeAt, skipValue } from './skip.ts';
import { emptyBody, invalidUtf8, syntaxError } from './syntax-error.ts';
import { throwViolations, type Violation } from './violations.ts';

export type { ParsedInstance } from './read-instance.ts';

export interface ParsedRequest<Instance, Parameters> {
  /** In the order of the body. */
  readonly instances: readonly ParsedInstance<Instance>[];
  /** `{}` when the body has none or null. */
  readonly parameters: Parameters;
}

/** What is above its limits throws TooMuchToReadError. */
export interface ParseLimits extends ReadingLimits {
  /** Most instances in one call; a longer list is counted but not built. */
  readonly maxInstances: number;
  /** The body may stand inside a google.api.HttpBody. */
  readonly mayBeWrapped?: boolean;
}

const ENVELOPE_FIELDS = ['instances', 'parameters'] as const;
/** More than this tells a caller nothing new, and a hostile body could hold millions. */
const MAX_REFUSED_NAMES = 16;

/**
 * Reads one predict body. `Instance` and `Parameters` are the generated parsed forms of the algorithm whose `shape` this is
 * (for example HearParsedInstance). Byte and number fields get buffers of their own; nothing points into `body`.
 *
 * An instance that breaks the contract is an InstanceError at its place. Throws RequestError when the body is not JSON or
 * the envelope around the instances is wrong; wrong JSON wins over everything else, wherever it stands.
 */
export function readRequest<Instance extends { readonly variant: string }, Parameters extends object>(
  body: Uint8Array,
  shape: RequestShape,
  limits: ParseLimits,
): ParsedRequest<Instance, Parameters> {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (!isUtf8(bytes)) throw invalidUtf8(bytes);
  const cursor = cursorOf(bytes, limits);
  nextByte(cursor);
  if (cursor.at === bytes.length) throw emptyBody();
  const type = jsonTypeAt(cursor);
  if (type !== 'an object') {
    skipValue(cursor);
    expectEnd(cursor);
    throw notAnObject(type);
  }
  const { violations, ...request } = readEnvelope(cursor, planOf(shape), limits.maxInstances);
  expectEnd(cursor);
  throwViolations(violations);
  // The generator writes Instance and Parameters from the same schema as `shape`, by which every value here was checked.
  return request as ParsedRequest<unknown, unknown> as ParsedRequest<Instance, Parameters>;
}

/** Throws RequestError unless nothing but white space follows. */
export function expectEnd(cursor: Cursor): void {
  nextByte(cursor);
  if (cursor.at === cursor.bytes.length) return;
  throw syntaxError(cursor, 'nothing behind the JSON value (one request is one JSON value)');
}

interface Envelope extends ParsedRequest<AnyInstance, object> {
  readonly violations: readonly Violation[];
}

/** Reads all of the body's object, whatever is wrong in it, so that the caller hears of everything at once. */
function readEnvelope(cursor: Cursor, plan: RequestPlan, maxInstances: number): Envelope {
  const violations: Violation[] = [];
  const read: { instances?: ParsedInstance<AnyInstance>[]; parameters?: Record<string, unknown> } = {};
  const refused = new Set<string>();
  let hasLabels = false;
  readMembers(cursor, (name) => {
    if (name === 'instances' && read.instances === undefined) {
      read.instances = readInstances(cursor, plan, maxInstances, violations);
    } else if (name === 'parameters' && read.parameters === undefined) {
      read.parameters = readParameters(cursor, plan, violations);
    } else if (name === 'labels' && !hasLabels) {
      hasLabels = true;
      readLabels(cursor, violations);
    } else {
      skipValue(cursor);
      if (refused.size < MAX_REFUSED_NAMES) refused.add(name);
    }
  });
  for (const name of refused) violations.push(refusedField(name));
  if (read.instances === undefined) {
    violations.push({
      reason: 'MISSING_FIELD',
      field: 'instances',
      description: 'expected a list of instances, got none',
    });
  }
  const parameters = read.parameters ?? withoutParameters(plan, violations);
  return { instances: read.instances ?? [], parameters, violations };
}

/** Reads the value of `labels`, which changes nothing: texts by name. */
function readLabels(cursor: Cursor, violations: Violation[]): void {
  let wrong: string | undefined = jsonTypeAt(cursor);
  if (wrong === 'an object') {
    wrong = undefined;
    readMembers(cursor, () => {
      const type = jsonTypeAt(cursor);
      skipValue(cursor);
      if (type !== 'a string') wrong ??= `${type} in it`;
    });
  } else skipValue(cursor);
  if (wrong === undefined) return;
  const description = `expected an object of texts, got ${wrong}`;
  violations.push({ reason: 'INVALID_TYPE', field: 'labels', description });
}

/** Reads the value of `instances`. Past the limit it goes on counting but builds nothing. */
function readInstances(
  cursor: Cursor,
  plan: RequestPlan,
  maxInstances: number,
  violations: Violation[],
): ParsedInstance<AnyInstance>[] {
  const type = jsonTypeAt(cursor);
  if (type !== 'a list') {
    skipValue(cursor);
    violations.push({
      reason: 'INVALID_TYPE',
      field: 'instances',
      description: `expected a list of instances, got ${type}`,
    });
    return [];
  }
  const instances: ParsedInstance<AnyInstance>[] = [];
  const count = readElements(cursor, (index) => {
    if (index < maxInstances) instances.push(readInstance(cursor, plan));
    else skipValue(cursor);
  });
  if (count === 0) {
    violations.push({
      reason: 'EMPTY_INSTANCES',
      field: 'instances',
      description: 'expected at least 1 instance, got an empty list',
    });
  }
  if (count > maxInstances) {
    const description = `expected at most ${counted(maxInstances, 'instance')} in one call, got ${count}; split them over several calls`;
    const metadata = { maxInstances: String(maxInstances) };
    violations.push({ reason: 'TOO_MANY_INSTANCES', field: 'instances', description, metadata });
  }
  return instances;
}

/** A field of the envelope that stands there again, or that no request has. */
function refusedField(name: string): Violation {
  if (name === 'instances' || name === 'parameters' || name === 'labels') {
    return { reason: 'DUPLICATE_FIELD', field: name, description: 'expected once, got more than once' };
  }
  return {
    reason: 'UNKNOWN_FIELD',
    field: showName(name).slice(1, -1),
    description: `expected only ${ENVELOPE_FIELDS.join(' and ')}, got the unknown field ${showUnknownName(name, ENVELOPE_FIELDS)}`,
  };
}

function notAnObject(type: JsonType): RequestError {
  const help = type === 'a list' ? '; put the list under the name instances' : '';
  return new RequestError('INVALID_TYPE', `Expected an object such as {"instances": [{…}]}, got ${type}${help}.`);
}
