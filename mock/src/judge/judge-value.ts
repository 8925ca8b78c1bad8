// Owns the verdict on one field's value by its generated shape, and its form for those who use it. Must not know which instance
// or algorithm the field belongs to.
import type { InstanceReason } from '@predict-schemata/generated/ts/errors.gen.ts';
import type {
  BytesShape,
  FloatArrayShape,
  NumberShape,
  StringShape,
  ValueShape,
} from '@predict-schemata/generated/ts/request-shape.gen.ts';
import { type InstanceFailure, instanceFailure } from '../failure.ts';

export type FieldValue = string | number | boolean | Uint8Array | Float32Array;

export type FieldVerdict = { readonly value: FieldValue } | { readonly failure: InstanceFailure };

/** `field` is how messages name it. */
export function judgeValue(value: unknown, shape: ValueShape, field: string): FieldVerdict {
  switch (shape.kind) {
    case 'string':
      return judgeString(value, shape, field);
    case 'bytes':
      return judgeBytes(value, shape, field);
    case 'float-array':
      return judgeFloats(value, shape, field);
    case 'number':
    case 'integer':
      return judgeNumber(value, shape, field);
    case 'boolean':
      return typeof value === 'boolean' ? { value } : wrongType(field, 'a boolean', value);
  }
}

/** The JSON type in words. */
export function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return (
    { object: 'an object', string: 'a string', number: 'a number', boolean: 'a boolean' }[typeof value as string] ??
    'nothing'
  );
}

function judgeString(value: unknown, shape: StringShape, field: string): FieldVerdict {
  if (typeof value !== 'string') return wrongType(field, 'a string', value);
  // JSON Schema counts code points.
  const wrong = wrongCount(field, [...value].length, shape.minLength, shape.maxLength, 'character');
  if (wrong !== undefined) return wrong;
  if (shape.enum !== undefined && !shape.enum.includes(value)) {
    return refused('INVALID_VALUE', `${field}: expected one of ${shape.enum.join(', ')}, got another text`);
  }
  if (shape.pattern !== undefined && !new RegExp(shape.pattern, 'u').test(value)) {
    return refused('INVALID_VALUE', `${field}: expected a text that matches ${shape.pattern}, got one that does not`);
  }
  return { value };
}

/** RFC 4648, section 4, with padding. The pattern repeats one class of characters only, which is safe on long texts. */
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

function judgeBytes(value: unknown, shape: BytesShape, field: string): FieldVerdict {
  if (typeof value !== 'string') return wrongType(field, 'a base64 string', value);
  const wrong = wrongCount(field, value.length, shape.minLength, shape.maxLength, 'base64 character');
  if (wrong !== undefined) return wrong;
  if (value.length % 4 !== 0 || !BASE64.test(value)) {
    const text = 'expected standard base64 (A-Z a-z 0-9 + / and = padding), got a text that is not';
    return refused('INVALID_BASE64', `${field}: ${text}; encode without line breaks and keep the padding`);
  }
  return { value: new Uint8Array(Buffer.from(value, 'base64')) };
}

/** In the order of weight: an element of another type, the length, a number out of range. */
function judgeFloats(value: unknown, shape: FloatArrayShape, field: string): FieldVerdict {
  if (!Array.isArray(value)) return wrongType(field, 'a list of numbers', value);
  const odd = value.findIndex((element) => typeof element !== 'number');
  if (odd >= 0) return wrongType(`${field}[${odd}]`, 'a number', value[odd]);
  const wrong = wrongCount(field, value.length, shape.minItems, shape.maxItems, 'number');
  if (wrong !== undefined) return wrong;
  const floats = Float32Array.from(value);
  const large = floats.findIndex((element) => !Number.isFinite(element));
  if (large < 0) return { value: floats };
  const text = 'expected a number in the range of a 32-bit float (±3.4e38), got one that is larger';
  return refused('NOT_FINITE', `${field}[${large}]: ${text}`);
}

function judgeNumber(value: unknown, shape: NumberShape, field: string): FieldVerdict {
  const { kind, minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = shape;
  if (typeof value !== 'number') return wrongType(field, kind === 'integer' ? 'a whole number' : 'a number', value);
  if (kind === 'integer' && !Number.isInteger(value)) {
    return refused('INVALID_TYPE', `${field}: expected a whole number, got one with a fraction`);
  }
  if (value >= minimum && value <= maximum) return { value };
  return refused('INVALID_VALUE', `${field}: expected a number from ${minimum} to ${maximum}, got another`);
}

function wrongType(field: string, expected: string, value: unknown): FieldVerdict {
  return refused('INVALID_TYPE', `${field}: expected ${expected}, got ${typeName(value)}`);
}

function wrongCount(
  field: string,
  count: number,
  least = 0,
  most = Number.POSITIVE_INFINITY,
  unit = '',
): FieldVerdict | undefined {
  if (count >= least && count <= most) return undefined;
  const range = least === most ? `exactly ${most}` : least === 0 ? `at most ${most}` : `${least} to ${most}`;
  return refused('INVALID_LENGTH', `${field}: expected ${range} ${unit}s, got ${count}`);
}

function refused(reason: InstanceReason, description: string): FieldVerdict {
  return { failure: instanceFailure(reason, description) };
}
