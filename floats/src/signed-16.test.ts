import { describe, expect, test } from 'vitest';
import * as browser from './browser.ts';
import * as module from './signed-16.ts';

const ALL = Int16Array.from({ length: 65_536 }, (_, i) => i - 32_768);

describe.each([
  ['by the wasm module', module],
  ['in a browser', browser],
])('%s', (_name, { floatsFromSigned16 }) => {
  test('every 16-bit integer becomes itself over 2^15, through more than one window', () => {
    const out = new Float32Array(ALL.length);
    floatsFromSigned16(new Uint8Array(ALL.buffer), out);
    expect(out).toEqual(Float32Array.from(ALL, (sample) => sample / 2 ** 15));
    // -0 and 0 are equal in the line above.
    expect(Object.is(out[32_768], 0)).toBe(true);
  });

  test.each([0, 1, 7, 8, 9, 31_999, 32_000, 32_768, 32_769])(
    '%i samples at an odd address leave the rest alone',
    (length) => {
      const bytes = new Uint8Array(length * 2 + 3).fill(0x7f);
      bytes.set(new Uint8Array(ALL.buffer, 0, length * 2), 1);
      const out = new Float32Array(length + 2).fill(9);
      floatsFromSigned16(bytes.subarray(1, 1 + length * 2), out);
      expect([...out]).toEqual([...Array.from(ALL.subarray(0, length), (sample) => sample / 2 ** 15), 9, 9]);
    },
  );

  test('refuses more samples than there is room for', () => {
    expect(() => floatsFromSigned16(new Uint8Array(6), new Float32Array(2))).toThrow(RangeError);
  });
});
