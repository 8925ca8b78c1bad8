// Checks the time that may pass in silence, on a fake clock.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Silence } from './silence.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('aborts after the silence, counted from the last sign of life', () => {
  const silence = new Silence(100);
  vi.advanceTimersByTime(60);
  silence.broken();
  vi.advanceTimersByTime(60);
  expect(silence.signal.aborted).toBe(false);
  vi.advanceTimersByTime(40);
  expect(silence.signal.aborted).toBe(true);
  expect(silence.wasTooLong).toBe(true);
});

test('passes on the reason of the outer signal, also one that came before', () => {
  const control = new AbortController();
  const before = new Silence(100, control.signal);
  control.abort(new Error('stopped'));
  const after = new Silence(100, control.signal);
  for (const silence of [before, after]) {
    expect(silence.signal.reason).toEqual(new Error('stopped'));
    expect(silence.wasTooLong).toBe(false);
    silence.end();
  }
});

test('a wait ends with its work or with the signal, whichever is first', async () => {
  const silence = new Silence(100);
  expect(await silence.during(Promise.resolve('done'))).toBe('done');
  const endless = silence.during(new Promise(() => {}));
  vi.advanceTimersByTime(100);
  await expect(endless).rejects.toThrow(/aborted/);
  await expect(silence.during(new Promise(() => {}))).rejects.toThrow(/aborted/);
});

test('nothing fires after the end', () => {
  const control = new AbortController();
  const silence = new Silence(100, control.signal);
  silence.end();
  control.abort();
  vi.advanceTimersByTime(1000);
  expect(silence.signal.aborted).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
});
