// Owns the proof that a flood is told of in few words, and that none of it is left out of the count.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { seldom } from './seldom.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('the first is told of at once, later ones together', () => {
  const told: number[] = [];
  const happened = seldom((count) => told.push(count), 1_000);
  for (let index = 0; index < 5; index += 1) happened();
  expect(told).toEqual([1]);
  vi.advanceTimersByTime(1_000);
  expect(told).toEqual([1, 4]);
  vi.advanceTimersByTime(5_000);
  expect(told).toEqual([1, 4]);
  happened();
  expect(told).toEqual([1, 4, 1]);
});
