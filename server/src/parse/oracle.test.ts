// Owns the differential test of decision 7: the byte parser and JSON.parse + ajv give the same verdict on each instance and
// on the envelope, and the same values. The one difference: an object that names a field twice, of which JSON.parse keeps the last.
// ORACLE_BODIES sets how many generated bodies, some of them damaged, are compared (40,000 by default).
import type { ObjectShape, ValueShape } from '@predict-schemata/generated/ts/request-shape.gen.ts';
import { Ajv, type ValidateFunction } from 'ajv';
import { expect, test } from 'vitest';
import { RequestError } from '../errors.ts';
import { randomBody } from './random-bodies.fixture.ts';
import { type ParsedInstance, readRequest } from './read-request.ts';
import { type SmallInstance, type SmallParameters, smallShape } from './small-shape.fixture.ts';

const MAX_INSTANCES = 3;
const BODIES = Number(process.env['ORACLE_BODIES'] ?? 40_000);

const ajv = new Ajv({ strict: false });
ajv.addKeyword({
  keyword: 'float32',
  type: 'number',
  validate: (_: boolean, value: number) => Number.isFinite(Math.fround(value)),
});
ajv.addKeyword({ keyword: 'quads', type: 'string', validate: (_: boolean, value: string) => value.length % 4 === 0 });

function schemaOf(shape: ValueShape): object {
  const { kind, ...limits } = shape;
  if (kind === 'bytes') return { type: 'string', pattern: '^[A-Za-z0-9+/]*={0,2}$', quads: true, ...limits };
  if (kind === 'float-array') return { type: 'array', items: { type: 'number', float32: true }, ...limits };
  return { type: kind, ...limits };
}

function closedObject({ properties, required }: ObjectShape): object {
  const schemas = Object.entries(properties).map(([name, shape]) => [name, schemaOf(shape)]);
  return { type: 'object', properties: Object.fromEntries(schemas), required, additionalProperties: false };
}

const isVariant = smallShape.variants.map((variant) => ajv.compile<object>(closedObject(variant)));
const isInstance = ajv.compile<object>({ oneOf: smallShape.variants.map(closedObject) });
const isEnvelope: ValidateFunction<{ instances: unknown[]; parameters?: Record<string, unknown> | null }> = ajv.compile(
  {
    type: 'object',
    properties: {
      instances: { type: 'array', minItems: 1, maxItems: MAX_INSTANCES },
      parameters: { oneOf: [closedObject(smallShape.parameters), { type: 'null' }] },
    },
    required: ['instances'],
    additionalProperties: false,
  },
);

interface Verdict {
  readonly request: 'ok' | 'INVALID_UTF8' | 'INVALID_JSON' | 'violation' | 'duplicate';
  /** In the plain form, or what is wrong. */
  readonly instances: readonly (object | 'error' | 'duplicate')[];
  readonly parameters?: object;
}

function verdictOf(body: Buffer): Verdict {
  try {
    const limits = { maxInstances: MAX_INSTANCES };
    const { instances, parameters } = readRequest<SmallInstance, SmallParameters>(body, smallShape, limits);
    return { request: 'ok', instances: instances.map(instanceVerdict), parameters: plain(parameters) };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    if (error.reason === 'INVALID_UTF8' || error.reason === 'INVALID_JSON')
      return { request: error.reason, instances: [] };
    const duplicate = error.facts.fieldViolations?.some(({ description }) => description.includes('more than once'));
    return { request: duplicate ? 'duplicate' : 'violation', instances: [] };
  }
}

function instanceVerdict(parsed: ParsedInstance<SmallInstance>): Verdict['instances'][number] {
  if (parsed.ok) return plain(parsed.value);
  return parsed.error.reason === 'DUPLICATE_FIELD' ? 'duplicate' : 'error';
}

/** Typed arrays as plain ones, so that both sides can be compared. */
function plain(fields: object): object {
  const entries = Object.entries(fields).map(([name, value]) => [
    name,
    ArrayBuffer.isView(value) ? [...asNumbers(value)] : value,
  ]);
  return Object.fromEntries(entries);
}

function asNumbers(view: ArrayBufferView): Iterable<number> {
  if (view instanceof Uint8Array || view instanceof Float32Array) return view;
  throw new Error('a value is neither bytes nor 32-bit floats');
}

function oracleOf(body: Buffer): Verdict {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body));
  } catch (error) {
    return { request: error instanceof SyntaxError ? 'INVALID_JSON' : 'INVALID_UTF8', instances: [] };
  }
  if (!isEnvelope(value)) return { request: 'violation', instances: [] };
  const instances = value.instances.map((instance) => {
    const variant = smallShape.variants.find((_, index) => isVariant[index]?.(instance));
    return variant !== undefined && isInstance(instance)
      ? { variant: variant.name, ...converted(instance, variant) }
      : 'error';
  });
  return { request: 'ok', instances, parameters: converted(value.parameters ?? {}, smallShape.parameters) };
}

/** What the parser is to make of valid JSON: base64 as bytes, lists of numbers as 32-bit floats. */
function converted(fields: object, shape: ObjectShape): object {
  const entries = Object.entries(fields).map(([name, value]) => {
    const kind = shape.properties[name]?.kind;
    if (kind === 'bytes') return [name, [...Buffer.from(value, 'base64')]];
    return [name, kind === 'float-array' ? value.map(Math.fround) : value];
  });
  return Object.fromEntries(entries);
}

test(`agrees with JSON.parse and ajv on ${BODIES} bodies`, () => {
  const seen = { ok: 0, INVALID_UTF8: 0, INVALID_JSON: 0, violation: 0, duplicate: 0 };
  const seenInstances = { ok: 0, error: 0, duplicate: 0 };
  for (let round = 0; round < BODIES; round += 1) {
    const body = randomBody();
    const got = verdictOf(body);
    seen[got.request] += 1;
    if (got.request === 'duplicate') continue;
    const want = oracleOf(body);
    expect({ body: body.toString(), ...got, instances: [] }).toEqual({ body: body.toString(), ...want, instances: [] });
    for (const [index, instance] of got.instances.entries()) {
      seenInstances[typeof instance === 'string' ? instance : 'ok'] += 1;
      if (instance !== 'duplicate')
        expect({ body: body.toString(), instance }).toEqual({ body: body.toString(), instance: want.instances[index] });
    }
  }
  // Each verdict came up often enough to mean something.
  expect(Math.min(...Object.values(seen), ...Object.values(seenInstances))).toBeGreaterThan(BODIES / 500);
});
