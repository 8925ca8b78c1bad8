import { expect, test } from 'vitest';
import { hertzToMel, melSpectrogram } from './spectrogram.ts';

const RATE = 16_000;
const tone = (hertz: number, length = 32_000): Float32Array =>
  Float32Array.from({ length }, (_, index) => 0.5 * Math.sin((2 * Math.PI * hertz * index) / RATE));

test('a clip of 2 s has 200 frames of 128 bands, as models take them', () => {
  const { columns, bands, decibels } = melSpectrogram(tone(440), RATE);
  expect([columns, bands, decibels.length]).toEqual([200, 128, 200 * 128]);
});

test.each([100, 440, 1000, 4000, 7500])('a tone of %i Hz is loudest in its own band', (hertz) => {
  const { bands, decibels } = melSpectrogram(tone(hertz), RATE);
  const column = decibels.subarray(50 * bands, 51 * bands);
  const loudest = column.indexOf(Math.max(...column));
  const own = (hertzToMel(hertz) / hertzToMel(RATE / 2)) * (bands + 1) - 1;
  expect(Math.abs(loudest - own)).toBeLessThanOrEqual(1);
  expect(Math.max(...column)).toBeGreaterThan(-1);
  // Far from it a Hann window has let nearly nothing through.
  expect(column[loudest < 64 ? 120 : 5]).toBeLessThan(-60);
});

test('no band of noise is empty, however narrow it is', () => {
  let seed = 1;
  const noise = Float32Array.from({ length: 32_000 }, () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 1_073_741_823 - 1;
  });
  const { columns, bands, decibels } = melSpectrogram(noise, RATE);
  for (let band = 0; band < bands; band++) {
    let highest = -Infinity;
    for (let column = 0; column < columns; column++)
      highest = Math.max(highest, decibels[column * bands + band] ?? -Infinity);
    expect(highest).toBeGreaterThan(-40);
  }
});

test('silence is dark and finite', () => {
  const { decibels } = melSpectrogram(new Float32Array(32_000), RATE);
  expect(decibels.every((value) => value === 0 || Number.isFinite(value))).toBe(true);
});

test.each([
  { length: 1, columns: 1 },
  { length: 161, columns: 2 },
  { length: 16_000 * 60, columns: 1200 },
])('$length samples make $columns columns', ({ length, columns }) => {
  expect(melSpectrogram(new Float32Array(length), RATE).columns).toBe(columns);
});
