// Owns reading one value by its shape. Every reader leaves the cursor behind the value, right or wrong, so that parsing
// goes on; only wrong JSON is thrown. Must not know whether it reads an instance or the parameters.
import type { NumberShape, StringShape, ValueShape } from '@predict-schemata/generated/ts/request-shape.gen.ts';
import { readBytes } from './base64.ts';
import { BYTE, byteAt, type Cursor } from './cursor.ts';
import { readFloatArray } from './float-array.ts';
import { readNumber } from './numbers.ts';
import { type JsonType, jsonTypeAt, skipValue } from './skip.ts';
import { readString } from './strings.ts';
import { checkCount, invalid, type ReadResult, valid } from './value-problem.ts';

const EXPECTED = {
  string: { type: 'a string', words: 'a string' },
  bytes: { type: 'a string', words: 'a base64 string' },
  'float-array': { type: 'a list', words: 'a list of numbers' },
  number: { type: 'a number', words: 'a number' },
  integer: { type: 'a number', words: 'an integer' },
  boolean: { type: 'a boolean', words: 'a boolean' },
} as const satisfies Record<ValueShape['kind'], { type: JsonType; words: string }>;

/** Reads the value at the cursor. `path` names it in problems. */
export function readValue(cursor: Cursor, shape: ValueShape, path: string): ReadResult {
  const expected = EXPECTED[shape.kind];
  const type = jsonTypeAt(cursor);
  if (type !== expected.type) {
    skipValue(cursor);
    return invalid('INVALID_TYPE', path, `expected ${expected.words}, got ${type}`);
  }
  switch (shape.kind) {
    case 'bytes':
      return readBytes(cursor, shape, path);
    case 'float-array':
      return readFloatArray(cursor, shape, path);
    case 'string':
      return checkString(readString(cursor), shape, path);
    case 'boolean': {
      const isTrue = byteAt(cursor) === BYTE.lowerT;
      skipValue(cursor);
      return valid(isTrue);
    }
    default:
      return checkNumber(readNumber(cursor), shape, path);
  }
}

const patterns = new WeakMap<StringShape, RegExp>();

function checkString(value: string, shape: StringShape, path: string): ReadResult {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern } = shape;
  const wrongLength = checkCount(path, countCodePoints(value), minLength, maxLength, 'character');
  if (wrongLength !== undefined) return wrongLength;
  if (shape.enum !== undefined && !shape.enum.includes(value)) {
    return invalid('INVALID_VALUE', path, `expected one of ${shape.enum.join(', ')}; got another text`);
  }
  if (pattern === undefined) return valid(value);
  const regexp = patterns.get(shape) ?? new RegExp(pattern, 'u');
  patterns.set(shape, regexp);
  return regexp.test(value)
    ? valid(value)
    : invalid('INVALID_VALUE', path, `expected a text that matches ${pattern}, got one that does not`);
}

/** JSON Schema counts code points: two UTF-16 units that form a pair are one character. */
function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

function checkNumber(value: number, shape: NumberShape, path: string): ReadResult {
  const { minimum = -Number.MAX_VALUE, maximum = Number.MAX_VALUE } = shape;
  if (shape.kind === 'integer' && Number.isFinite(value) && !Number.isInteger(value)) {
    return invalid('INVALID_TYPE', path, 'expected an integer, got a number with a fraction');
  }
  if (value >= minimum && value <= maximum) return valid(value);
  const range = [
    ...(shape.minimum === undefined ? [] : [`of at least ${shape.minimum}`]),
    ...(shape.maximum === undefined ? [] : [`of at most ${shape.maximum}`]),
  ].join(' and ');
  return invalid(
    'INVALID_VALUE',
    path,
    `expected ${EXPECTED[shape.kind].words} ${range || 'in the range of a 64-bit float'}, got ${value < minimum ? 'a smaller' : 'a larger'} one`,
  );
}
