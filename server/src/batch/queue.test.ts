// Owns the checks of the queue: places, turns and order, without time or promises.
import { describe, expect, test } from 'vitest';
import { FairQueue, type QueueEntry, type Reservation } from './queue.ts';

const TURN_COST = 8;

interface TestEntry extends QueueEntry {
  readonly name: string;
}

function entry(name: string, facts: Partial<QueueEntry> = {}): TestEntry {
  return { name, cost: 1, deadlineAtMs: 100, ...facts };
}

/** Lets one request's entries wait. */
function fill(queue: FairQueue<TestEntry>, ...entries: TestEntry[]): Reservation {
  const reservation = queue.tryReserve(entries.length);
  if (reservation === undefined) throw new Error('the queue is full');
  for (const one of entries) queue.append(reservation, one);
  return reservation;
}

const names = (entries: readonly TestEntry[]) => entries.map(({ name }) => name).join(' ');

describe('turns', () => {
  test.each([
    { given: [['a1', 'a2', 'a3']], want: ['a1 a2', 'a3', ''] },
    { given: [['a1', 'a2', 'a3', 'a4'], ['b1'], ['c1']], want: ['b1 c1', 'a1 a2', 'a3 a4', ''] },
    {
      given: [
        ['a1', 'a2', 'a3'],
        ['b1', 'b2', 'b3'],
      ],
      want: ['a1 a2', 'a3 b1', 'b2 b3'],
    },
  ])('batches of 2 from $given are $want', ({ given, want }) => {
    const queue = new FairQueue<TestEntry>(100, TURN_COST);
    for (const request of given) fill(queue, ...request.map((name) => entry(name)));
    expect(want.map(() => names(queue.take(2, 0).batch))).toEqual(want);
  });

  test('a late call does not wait for a call of 64', () => {
    const queue = new FairQueue<TestEntry>(100, TURN_COST);
    fill(queue, ...Array.from({ length: 64 }, (_, index) => entry(`big${index}`)));
    queue.take(8, 0);
    fill(queue, entry('small'));
    expect(names(queue.take(2, 0).batch)).toBe('small big8');
  });
});

describe('costs', () => {
  test.each([
    { costs: [2, 2, 2], maxCost: 4, want: 2 },
    { costs: [2, 3], maxCost: 4, want: 1 },
    { costs: [9, 1], maxCost: 4, want: 1 },
  ])('of $costs, $want fit into $maxCost', ({ costs, maxCost, want }) => {
    const queue = new FairQueue<TestEntry>(10, TURN_COST);
    fill(queue, ...costs.map((cost, index) => entry(`${index}`, { cost })));
    const total = costs.reduce((sum, cost) => sum + cost, 0);
    expect(queue.waitingCost).toBe(total);
    expect(queue.take(maxCost, 0).batch).toHaveLength(want);
    expect(queue.waitingCost).toBe(total - costs.slice(0, want).reduce((sum, cost) => sum + cost, 0));
  });

  test.each([0, -1, 1.5, Number.NaN])('a cost of %s is refused', (cost) => {
    expect(() => fill(new FairQueue<TestEntry>(1, TURN_COST), entry('a', { cost }))).toThrow(`got ${cost}`);
  });
});

describe('places', () => {
  test('are held from the reservation until the entry is taken', () => {
    const queue = new FairQueue<TestEntry>(3, TURN_COST);
    const reservation = fill(queue, entry('a'), entry('b'));
    expect(reservation.unused).toBe(0);
    expect(queue.tryReserve(2)).toBeUndefined();
    const last = queue.tryReserve(1);
    expect(queue.reserved).toBe(1);
    expect(queue.tryReserve(1)).toBeUndefined();
    queue.take(1, 0);
    expect(queue.tryReserve(1)).toBeDefined();
    last?.release();
    last?.release();
    expect(queue.reserved).toBe(1);
  });

  test('that a request does not need are given back, its waiting entries stay', () => {
    let freed = 0;
    const queue = new FairQueue<TestEntry>(3, TURN_COST, () => freed++);
    const reservation = queue.tryReserve(3);
    if (reservation === undefined) throw new Error('the queue is full');
    queue.append(reservation, entry('a'));
    reservation.release();
    expect([queue.depth, queue.reserved, freed]).toEqual([1, 0, 1]);
    expect(() => queue.append(reservation, entry('b'))).toThrow('This is a bug');
    expect(names(queue.take(3, 0).batch)).toBe('a');
  });

  test('of a removed entry are free at once and its request keeps its order', () => {
    const queue = new FairQueue<TestEntry>(3, TURN_COST);
    const [a, b, c] = [entry('a'), entry('b'), entry('c')];
    fill(queue, a, b, c);
    expect([queue.remove(b), queue.remove(b)]).toEqual([true, false]);
    expect(queue.tryReserve(1)).toBeDefined();
    expect(names(queue.take(3, 0).batch)).toBe('a c');
    expect(queue.remove(a)).toBe(false);
  });

  test.each([0, -1, 0.5])('a reservation of %s is refused', (places) => {
    expect(() => new FairQueue<TestEntry>(3, TURN_COST).tryReserve(places)).toThrow(RangeError);
  });
});

test('entries whose client is gone or whose deadline has passed are dropped and take no room in the batch', () => {
  const queue = new FairQueue<TestEntry>(10, TURN_COST);
  const gone = entry('gone', { signal: AbortSignal.abort() });
  fill(queue, gone, entry('late', { deadlineAtMs: 50 }), entry('a', { deadlineAtMs: 51 }), entry('b'), entry('c'));
  const { batch, dropped } = queue.take(2, 50);
  expect(names(batch)).toBe('a b');
  expect(dropped.map(({ entry: { name }, reason }) => `${name} ${reason}`)).toEqual([
    'gone CLIENT_CLOSED_REQUEST',
    'late DEADLINE_EXCEEDED',
  ]);
  expect([queue.depth, queue.waitingCost]).toEqual([1, 1]);
});
