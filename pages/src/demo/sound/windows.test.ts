import { expect, test } from 'vitest';
import { clampStart, coveringStarts, loudestStart, nextStart } from './windows.ts';

const burst = (length: number, start: number, end: number): Float32Array =>
  Float32Array.from({ length }, (_, index) => (index >= start && index < end ? 0.5 : 0.01 * Math.sin(index)));

test.each([
  { name: 'a burst in the middle', samples: burst(1000, 400, 500), want: 400 },
  { name: 'a burst at the begin', samples: burst(1000, 0, 100), want: 0 },
  { name: 'a burst at the end', samples: burst(1000, 900, 1000), want: 900 },
  { name: 'silence', samples: new Float32Array(1000), want: 0 },
  { name: 'nothing but the window', samples: burst(100, 20, 30), want: 0 },
])('the loudest window of $name starts at $want', ({ samples, want }) => {
  expect(loudestStart(samples, 100)).toBe(want);
});

test('a steady tone does not move the window by rounding', () => {
  const tone = Float32Array.from({ length: 64_000 }, (_, index) => 0.1 * Math.sin((2 * Math.PI * index) / 16));
  expect(loudestStart(tone, 16_000)).toBe(0);
});

test('a long loud begin leaves no trace in the sum', () => {
  const samples = new Float32Array(300_000);
  samples.fill(1, 0, 1000);
  samples.fill(0.001, 1000, 1100);
  samples.fill(0.0011, 299_900);
  expect(loudestStart(samples.subarray(1000), 100)).toBe(298_900);
});

test.each([
  { length: 100, most: undefined, want: [0] },
  { length: 300, most: undefined, want: [0, 100, 200] },
  { length: 301, most: undefined, want: [0, 100, 200, 201] },
  { length: 199, most: undefined, want: [0, 99] },
  { length: 1000, most: 3, want: [0, 100, 200] },
])('windows of 100 cover $length samples, at most $most, from $want', ({ length, most, want }) => {
  expect(coveringStarts(length, 100, most)).toEqual(want);
});

test.each([
  { start: -5, want: 0 },
  { start: 12.4, want: 12 },
  { start: 950, want: 900 },
])('a window moved to $start lies at $want', ({ start, want }) => {
  expect(clampStart(start, 1000, 100)).toBe(want);
});

test.each([
  { starts: [0], length: 1000, want: 100 },
  { starts: [50], length: 1000, want: 150 },
  { starts: [900], length: 1000, want: 0 },
  { starts: [0, 100, 200], length: 300, want: 50 },
  { starts: [40], length: 150, want: 0 },
])('beside $starts in $length samples the next one starts at $want', ({ starts, length, want }) => {
  expect(nextStart(starts, length, 100)).toBe(want);
});

test('a recording that is too short is a bug of whoever asks', () => {
  for (const ask of [
    () => loudestStart(new Float32Array(99), 100),
    () => coveringStarts(99, 100),
    () => clampStart(0, 99, 100),
    () => nextStart([], 99, 100),
  ])
    expect(ask).toThrow('Expected at least 100 samples, got 99');
});
