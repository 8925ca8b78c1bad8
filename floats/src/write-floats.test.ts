// Owns the proof that written texts are the shortest ones that read back to the same float, and the nearest of their length.
// FLOATS_NUMBERS sets how many random floats are looked at (200,000 by default).
import { expect, test } from 'vitest';
import { seededRandom } from './seeded-random.fixture.ts';
import { writeFloats } from './write-floats.ts';

const NUMBERS = Number(process.env['FLOATS_NUMBERS'] ?? 200_000);
const BLOCK = 10_000;

test.each([
  { given: [], want: '[]' },
  { given: [0, -0], want: '[0,-0]' },
  { given: [1, -1, 0.5, -0.25, 0.1, 1 / 3], want: '[1,-1,0.5,-0.25,0.1,0.33333334]' },
  { given: [12, 1200, 12_000, 1e10], want: '[12,1200,12e3,1e10]' },
  { given: [0.012, 0.0012, 0.00012, 0.01, 0.001], want: '[0.012,12e-4,12e-5,0.01,1e-3]' },
  { given: [0.0012345678, 0.00012345678], want: '[0.0012345678,12345678e-11]' },
  { given: [123.456, 16_777_216, 8_388_608.5], want: '[123.456,16777216,8388608]' },
  { given: [2 ** -149, 2 ** -126, 3.4028234663852886e38], want: '[1e-45,11754944e-45,34028235e31]' },
])('writes $given', ({ given, want }) => {
  expect(writeFloats(Float32Array.from(given)).toString()).toBe(want);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('refuses %d and says where', (value) => {
  const values = new Float32Array(5000);
  values[4321] = value;
  expect(() => writeFloats(values)).toThrow(new RegExp(`got ${value} at index 4321`));
});

const random = seededRandom(7);
const bits = new DataView(new ArrayBuffer(4));

const KINDS: readonly (() => number)[] = [
  () => random() * 2 - 1,
  () => (random() - 0.5) * 10 ** Math.floor(random() * 12),
  () => Math.round(random() * 1e4) / 10 ** Math.floor(random() * 8),
  () => 2 ** Math.floor(random() * 276 - 149),
  () => {
    bits.setUint32(0, Math.floor(random() * 2 ** 32));
    return bits.getFloat32(0);
  },
];

/**
 * The shortest decimal of a float, the nearest one of that length, by asking for one digit more until one reads back. At a
 * power of two, where the floats below lie closer, that need not be the nearest of its length.
 */
function shortest(value: number): number {
  for (let places = 1; places <= 9; places += 1) {
    const [digits = '', exponent] = value.toExponential(places - 1).split('e');
    const whole = Number(digits.replace('.', ''));
    const decimals = [whole - 1, whole, whole + 1]
      .map((near) => Number(`${near}e${Number(exponent) - places + 1}`))
      .filter((decimal) => Math.fround(decimal) === value)
      .toSorted((a, b) => Math.abs(a - value) - Math.abs(b - value));
    if (decimals[0] !== undefined) return decimals[0];
  }
  throw new Error('9 digits tell every 32-bit float from its neighbours.');
}

/** Length of the shorter of the two forms: all places written out, or whole digits with an exponent. */
function shortestLength(decimal: number): number {
  const [digits = '', exponent = ''] = Math.abs(decimal).toExponential().replace('.', '').split('e');
  const power = Number(exponent) + 1 - digits.length;
  const plain = power >= 0 ? digits.length + power : digits.length + power > 0 ? digits.length + 1 : 2 - power;
  const short = power === 0 ? plain : digits.length + 1 + String(power).length;
  return Math.min(plain, short) + (decimal < 0 ? 1 : 0);
}

test(`writes the shortest texts of ${NUMBERS} floats`, () => {
  for (let done = 0; done < NUMBERS; done += BLOCK) {
    const values = Float32Array.from({ length: BLOCK }, () => {
      const value = Math.fround(KINDS[Math.floor(random() * KINDS.length)]?.() ?? 0);
      return Number.isFinite(value) ? value : 0;
    });
    const texts = writeFloats(values).toString('latin1').slice(1, -1).split(',');
    const parsed = JSON.parse(`[${texts}]`);
    const wrong = texts.findIndex((text, index) => {
      const value = values[index] ?? Number.NaN;
      if (!Object.is(Math.fround(parsed[index]), value)) return true;
      if (value === 0) return false;
      const want = shortest(Math.abs(value)) * Math.sign(value);
      // Two decimals may be equally near; 64-bit floats of them are not quite.
      return (
        text.length !== shortestLength(want) ||
        Math.abs(parsed[index] - value) > Math.abs(want - value) + Math.abs(value) * 2 ** -52
      );
    });
    if (wrong >= 0) expect.fail(`${values[wrong]}: ${texts[wrong]}`);
  }
}, 600_000);
