// Owns the proof that the count of held bytes is right whatever order calls come and end in.
import { expect, test } from 'vitest';
import { BodyMemory } from './body-memory.ts';

test('a lease grows as far as there is room, and gives everything back once', () => {
  const memory = new BodyMemory(100);
  const first = memory.open();
  const second = memory.open();
  expect(first.grow(60)).toBe(true);
  expect(second.grow(41)).toBe(false);
  expect(memory.heldBytes).toBe(60);
  expect(second.grow(40)).toBe(true);
  expect(first.grow(61)).toBe(false);
  expect(first.grow(50)).toBe(true);
  expect(memory.heldBytes).toBe(90);
  for (const lease of [first, first, second]) lease[Symbol.dispose]();
  expect(memory.heldBytes).toBe(0);
});

test('what a body becomes counts even above the limit, and keeps others out', () => {
  const memory = new BodyMemory(100);
  {
    using lease = memory.open();
    lease.grow(50);
    lease.become(500);
    using other = memory.open();
    expect([memory.heldBytes, other.grow(1), other.grow(0)]).toEqual([500, false, true]);
  }
  expect(memory.heldBytes).toBe(0);
});

test('a lease that is over holds nothing more', () => {
  const memory = new BodyMemory(100);
  const lease = memory.open();
  lease[Symbol.dispose]();
  lease.grow(10);
  lease.become(10);
  expect(memory.heldBytes).toBe(0);
});
