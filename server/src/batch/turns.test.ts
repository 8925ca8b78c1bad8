// Owns the checks of whose turn it is: the bounds that weighted fair queueing promises, on random requests.
import { describe, expect, test } from 'vitest';
import { type Share, Turns } from './turns.ts';

const LONGEST_TURN = 8;

interface Request extends Share {
  /** When it comes, in entries served before it; it never comes while nothing waits and others are still to come. */
  readonly comesAt: number;
  readonly cost: number;
  /** When its last entry was served. */
  endsAt: number;
}

function request(comesAt: number, cost: number): Request {
  return { comesAt, cost, waitingCost: cost, turnBegin: 0, servedCost: 0, endsAt: Number.NaN };
}

/** Serves entries of cost 1 until nothing waits; gives when each request was done. */
function serveAll(requests: readonly Request[]): number[] {
  const turns = new Turns<Request>(LONGEST_TURN);
  for (let now = 0; requests.some(({ endsAt }) => Number.isNaN(endsAt)); now += 1) {
    for (const one of requests) if (one.comesAt === now) turns.add(one);
    const next = turns.next();
    if (next === undefined) continue;
    turns.serve(next, 1);
    next.waitingCost -= 1;
    if (next.waitingCost > 0) continue;
    turns.remove(next);
    next.endsAt = now + 1;
  }
  return requests.map(({ endsAt }) => endsAt);
}

/** When each would be done if all that wait were served at once, with equal shares: what the turns come near. */
function endsOfEqualShares(requests: readonly Request[]): number[] {
  const STEP = 1 / 64;
  const left = requests.map(({ cost }) => cost);
  const ends = requests.map(() => Number.NaN);
  for (let now = 0; ends.some(Number.isNaN); now += STEP) {
    const waiting = requests.flatMap(({ comesAt }, index) =>
      comesAt <= now && Number.isNaN(ends[index]) ? [index] : [],
    );
    for (const index of waiting) {
      left[index] = (left[index] ?? 0) - STEP / waiting.length;
      if ((left[index] ?? 0) <= 1e-9) ends[index] = now + STEP;
    }
  }
  return ends;
}

describe('a request', () => {
  test.each([
    { of: 'one entry among large ones', requests: [request(0, 64), request(0, 64), request(3, 1)], want: 4 },
    { of: 'one entry that comes in the middle of a turn', requests: [request(0, 64), request(10, 1)], want: 11 },
    { of: 'many entries while a small one comes for each that is served', requests: stream(8), want: 22 },
  ])('of $of is done by $want', ({ requests, want }) => {
    serveAll(requests);
    expect(requests.at(-1)?.endsAt).toBe(want);
  });

  test('that needs as much as the others is done in the order of coming', () => {
    expect(serveAll([request(0, 4), request(0, 4), request(1, 4)])).toEqual([4, 8, 12]);
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'of random ones (seed %i) is done hardly later than with equal shares',
    (seed) => {
      const below = random(seed);
      const requests = Array.from({ length: 20 }, () =>
        request(below(40), 1 + (below(3) === 0 ? below(30) : below(3))),
      );
      const equal = endsOfEqualShares(requests);
      const late = serveAll(requests).map((end, index) => end - (equal[index] ?? Number.NaN));
      // The longest turn, and one entry since each is served whole.
      expect(Math.max(...late)).toBeLessThanOrEqual(LONGEST_TURN + 1);
      expect(late.reduce((sum, each) => sum + each, 0)).toBeLessThan(0);
    },
  );
});

/** One small request after the other, each there before the one before it is done; a larger one comes last in the list, first in time. */
function stream(cost: number): Request[] {
  return [...Array.from({ length: 60 }, (_, index) => request(index, 1)), request(0, cost)];
}

/** mulberry32: a small generator, so that a failing seed can be repeated. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}
