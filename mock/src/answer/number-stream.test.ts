// Owns the proof that the numbers are those that README.md specifies: the expected ones were computed by a Python program that
// follows the text there (hashlib, struct), not by this code.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { hearLike } from '../../test/contracts.ts';
import { judgeInstance } from '../judge/judge-instance.ts';
import { contentOf } from './clip-content.ts';
import { makeValue, successSchema } from './make-prediction.ts';
import { NumberStream, shortest } from './number-stream.ts';

const contract = await hearLike();
const success = successSchema(contract.document);
const cough = readFileSync(new URL('../../../fixtures/hear/cough-like-16khz-s16.wav', import.meta.url));

function numbersOf(instance: object, parameters = {}): readonly number[] {
  const verdict = judgeInstance(instance, contract.shape, () => false);
  if ('failure' in verdict) throw new Error(verdict.failure.description);
  const content = contentOf(verdict, parameters, contract.clip);
  if ('failure' in content) throw new Error(content.failure.description);
  return Object(makeValue(success, new NumberStream(content.key), contract.document)).embedding;
}

describe('the numbers of a clip', () => {
  test.each([
    {
      given: 'silence',
      instance: { input_array: Array(32_000).fill(0) },
      want: [-0.013057900592684746, -0.06745634973049164, 0.002952614799141884, 0.06509750336408615],
      last: 0.060276634991168976,
    },
    {
      given: 'a file of 16-bit samples',
      instance: { input_bytes: cough.toString('base64') },
      want: [-0.07063660025596619, 0.04479147121310234, 0.004054350778460503, 0.056218359619379044],
      last: 0.011368267238140106,
    },
  ])('are those of the specification: $given', ({ instance, want, last }) => {
    const numbers = numbersOf(instance);
    expect(numbers.slice(0, 4).map(Math.fround)).toEqual(want);
    expect(Math.fround(numbers[511] ?? 0)).toBe(last);
    expect(numbers).toHaveLength(512);
    expect(numbers.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 6);
  });

  test('are the same for a file and for its samples, and for -0 and 0', () => {
    const samples = Array.from(new Int16Array(new Uint8Array(cough).slice(44).buffer), (sample) => sample / 32_768);
    expect(numbersOf({ input_array: samples })).toEqual(numbersOf({ input_bytes: cough.toString('base64') }));
    const zeros = Array(32_000).fill(0);
    expect(numbersOf({ input_array: zeros.with(7, -0) })).toEqual(numbersOf({ input_array: zeros }));
  });

  test('differ by one sample, by one letter of an address, and by parameters', () => {
    const zeros = Array(32_000).fill(0);
    expect(numbersOf({ input_array: zeros.with(31_999, 1e-6) })).not.toEqual(numbersOf({ input_array: zeros }));
    expect(numbersOf({ gcs_uri: 'gs://abc/a.wav' })).not.toEqual(numbersOf({ gcs_uri: 'gs://abc/b.wav' }));
    expect(numbersOf({ gcs_uri: 'gs://abc/a.wav' }, { k: 1 })).not.toEqual(numbersOf({ gcs_uri: 'gs://abc/a.wav' }));
  });

  test('do not depend on the token for a file', () => {
    const withToken = numbersOf({ gcs_uri: 'gs://abc/a.wav', bearer_token: 'secret' });
    expect(withToken).toEqual(numbersOf({ gcs_uri: 'gs://abc/a.wav' }));
  });
});

test('a float is written with the fewest digits that read back as it', () => {
  const floats = Array.from({ length: 2000 }, (_, index) => Math.fround(Math.sin(index) / (index + 1)));
  expect(floats.map((float) => Math.fround(shortest(float)))).toEqual(floats);
  expect(shortest(Math.fround(0.1))).toBe(0.1);
});

describe('a value of another schema', () => {
  const make = (schema: object) => makeValue(schema, new NumberStream(new Uint8Array(32)), {});

  test.each([
    { given: { type: 'integer', minimum: 3, maximum: 3 }, want: 3 },
    { given: { type: 'string', enum: ['cough'] }, want: 'cough' },
    { given: { type: 'array', minItems: 2, items: { type: 'integer', minimum: 1, maximum: 1 } }, want: [1, 1] },
    { given: { type: 'object', properties: { a: { enum: [true] } } }, want: { a: true } },
  ])('fits $given', ({ given, want }) => {
    expect(make(given)).toEqual(want);
  });

  test('of a number stays in its range', () => {
    expect(make({ type: 'number', minimum: 5, maximum: 6 })).toBeGreaterThanOrEqual(5);
    expect(make({ type: 'number', minimum: 5, maximum: 6 })).toBeLessThanOrEqual(6);
  });
});
