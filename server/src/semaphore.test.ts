// Checks the order and the count of places without any I/O.
import { expect, test } from 'vitest';
import { Semaphore } from './semaphore.ts';

const never = new AbortController().signal;

test('waiters go in the order in which they came, and never more than there are places', async () => {
  const places = new Semaphore(2);
  const log: string[] = [];
  let held = 0;
  let most = 0;
  const hold = async (name: string) => {
    const release = await places.acquire(never);
    log.push(name);
    held += 1;
    most = Math.max(most, held);
    await Promise.resolve();
    held -= 1;
    release();
  };
  await Promise.all(['a', 'b', 'c', 'd', 'e'].map(hold));
  expect(log).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(most).toBe(2);
});

test('a place that is given back goes to the waiter, not to a newcomer of the same moment', async () => {
  const places = new Semaphore(1);
  const release = await places.acquire(never);
  const log: string[] = [];
  const waiter = places.acquire(never).then(() => log.push('waiter'));
  release();
  const control = new AbortController();
  const newcomer = places.acquire(control.signal).then(() => log.push('newcomer'));
  await waiter;
  control.abort();
  await expect(newcomer).rejects.toThrow(/aborted/);
  expect(log).toEqual(['waiter']);
});

test('giving back twice frees one place only', async () => {
  const places = new Semaphore(1);
  const release = await places.acquire(never);
  release();
  release();
  await places.acquire(never);
  const control = new AbortController();
  const second = places.acquire(control.signal);
  control.abort(new Error('still full'));
  await expect(second).rejects.toThrow('still full');
});

test('a waiter that aborts leaves the line and holds no place', async () => {
  const places = new Semaphore(1);
  const release = await places.acquire(never);
  const control = new AbortController();
  const gone = places.acquire(control.signal);
  const next = places.acquire(never);
  control.abort(new Error('left'));
  await expect(gone).rejects.toThrow('left');
  release();
  (await next)();
  (await places.acquire(never))();
});

test.each([0, -1, 1.5, Number.NaN])('%d places are refused', (count) => {
  expect(() => new Semaphore(count)).toThrow(/whole number/);
});
