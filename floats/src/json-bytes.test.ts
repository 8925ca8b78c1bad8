import { expect, test } from 'vitest';
import { type FloatRows, jsonBytes } from './json-bytes.ts';

test.each([
  { given: null, want: 'null' },
  { given: 'a "quoted" \u00e9 \ud83d\ude00 \ud800', want: undefined },
  { given: [1, undefined, () => 1, Number.NaN, [], {}], want: undefined },
  { given: { a: undefined, b: 1, c: { d: null }, 'e"f': true, g: Symbol('x'), __proto__: { h: 1 } }, want: undefined },
  { given: { when: new Date(0), boxed: Object(1), map: new Map([[1, 2]]), list: [new Date(0)] }, want: undefined },
  { given: Object.assign(Object.create(null), { a: 1 }), want: undefined },
  { given: { toJSON: () => ({ x: 1 }) }, want: undefined },
])('writes what JSON.stringify writes: $given', ({ given, want }) => {
  expect(jsonBytes(given).toString()).toBe(want ?? JSON.stringify(given));
});

test('writes floats as lists of their shortest texts, wherever they stand', () => {
  const row = Float32Array.of(0.1, -0, 1e-10);
  expect(jsonBytes(row).toString()).toBe('[0.1,-0,1e-10]');
  expect(jsonBytes({ é: [{ row }, { row, b: 'ü' }], empty: new Float32Array() }).toString()).toBe(
    '{"é":[{"row":[0.1,-0,1e-10]},{"row":[0.1,-0,1e-10],"b":"ü"}],"empty":[]}',
  );
});

test('refuses what has no JSON text', () => {
  expect(() => jsonBytes(undefined)).toThrow(TypeError);
  expect(() => jsonBytes({ row: Float32Array.of(Number.NaN) })).toThrow(RangeError);
  expect(() => jsonBytes({ count: 1n })).toThrow(TypeError);
});

test('the type lets floats stand for lists of numbers alone', () => {
  const rows: FloatRows<{ row: number[]; name: string }> = { row: Float32Array.of(1), name: 'x' };
  // @ts-expect-error a name is no list of numbers
  const wrong: FloatRows<{ name: string }> = { name: Float32Array.of(1) };
  expect([jsonBytes(rows).toString(), jsonBytes(wrong).toString()]).toEqual(['{"row":[1],"name":"x"}', '{"name":[1]}']);
});
