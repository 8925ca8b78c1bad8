import { describe, expect, test } from 'vitest';
import { CallLimiter, type CallLimits, parseRate } from './call-limits.ts';

describe('parseRate', () => {
  test.each([
    ['5/s', { calls: 5, periodMs: 1_000 }],
    ['100/min', { calls: 100, periodMs: 60_000 }],
    ['1000000/h', { calls: 1_000_000, periodMs: 3_600_000 }],
    ['0/s', undefined],
    ['5', undefined],
    ['5/d', undefined],
    ['1.5/s', undefined],
    ['-1/s', undefined],
    ['1000001/s', undefined],
    [' 5/s', undefined],
  ])('%j', (text, want) => {
    expect(parseRate(text)).toEqual(want);
  });
});

/** A limiter whose clock the test moves. */
function limiterAt() {
  const clock = { nowMs: 1_000_000 };
  const limiter = new CallLimiter(() => clock.nowMs);
  const admitted = (limits: CallLimits, calls: number, name = 'a'): number => {
    let count = 0;
    for (let call = 0; call < calls; call += 1) {
      try {
        limiter.admit(name, limits)();
        count += 1;
      } catch {
        // Refused calls are what is not counted.
      }
    }
    return count;
  };
  return { clock, limiter, admitted };
}

describe('rate', () => {
  const limits = { rate: { calls: 4, periodMs: 1_000 } };

  test('all calls of a period may come at once, and come back evenly', () => {
    const { clock, admitted } = limiterAt();
    expect(admitted(limits, 10)).toBe(4);
    clock.nowMs += 249;
    expect(admitted(limits, 10)).toBe(0);
    clock.nowMs += 1;
    expect(admitted(limits, 10)).toBe(1);
    clock.nowMs += 500;
    expect(admitted(limits, 10)).toBe(2);
    clock.nowMs += 60_000;
    expect(admitted(limits, 10)).toBe(4);
  });

  test('over a long time it is the rate, whatever is sent', () => {
    const { clock, admitted } = limiterAt();
    let count = 0;
    for (let ms = 0; ms < 100_000; ms += 50) {
      count += admitted(limits, 3);
      clock.nowMs += 50;
    }
    expect(count).toBeGreaterThanOrEqual(400);
    expect(count).toBeLessThanOrEqual(404);
  });

  test('says after how many whole seconds a call is free, and one then is', () => {
    const { clock, limiter, admitted } = limiterAt();
    const slow = { rate: { calls: 1, periodMs: 3_600_000 } };
    limiter.admit('a', slow)();
    clock.nowMs += 1_500;
    expect(() => limiter.admit('a', slow)).toThrow(
      expect.objectContaining({ reason: 'TOKEN_RATE_EXCEEDED', facts: { retryAfterSeconds: 3_599 } }),
    );
    clock.nowMs += 3_599_000;
    expect(admitted(slow, 2)).toBe(1);
  });

  test('each name has a bucket of its own', () => {
    const { admitted } = limiterAt();
    expect(admitted(limits, 9, 'a')).toBe(4);
    expect(admitted(limits, 9, 'b')).toBe(4);
  });

  test('a changed limit holds at once and gives no second helping', () => {
    const { clock, admitted } = limiterAt();
    expect(admitted(limits, 9)).toBe(4);
    expect(admitted({ rate: { calls: 2, periodMs: 1_000 } }, 9)).toBe(0);
    clock.nowMs += 1_000;
    expect(admitted({ rate: { calls: 2, periodMs: 1_000 } }, 9)).toBe(2);
  });

  test('no limit keeps nothing', () => {
    const { limiter, admitted } = limiterAt();
    expect(admitted({}, 100)).toBe(100);
    expect(limiter.size).toBe(0);
  });
});

describe('concurrency', () => {
  const limits = { concurrency: 2 };

  test('refuses one more, until one has ended', () => {
    const { limiter } = limiterAt();
    const first = limiter.admit('a', limits);
    limiter.admit('a', limits);
    const one = () => limiter.admit('a', limits);
    expect(one).toThrow(
      expect.objectContaining({ reason: 'TOKEN_CONCURRENCY_EXCEEDED', facts: { retryAfterSeconds: 1 } }),
    );
    expect(() => limiter.admit('b', limits)).not.toThrow();
    first();
    expect(one).not.toThrow();
    expect(one).toThrow();
  });

  test('ending a call twice frees one place', () => {
    const { limiter } = limiterAt();
    const first = limiter.admit('a', limits);
    limiter.admit('a', limits);
    first();
    first();
    limiter.admit('a', limits);
    expect(() => limiter.admit('a', limits)).toThrow();
  });

  test('a call that it refuses takes nothing of the rate, and the other way round', () => {
    const { clock, limiter } = limiterAt();
    const both = { concurrency: 1, rate: { calls: 2, periodMs: 1_000 } };
    const first = limiter.admit('a', both);
    for (let call = 0; call < 5; call += 1) expect(() => limiter.admit('a', both)).toThrow();
    first();
    limiter.admit('a', both)();
    expect(() => limiter.admit('a', both)).toThrow(expect.objectContaining({ reason: 'TOKEN_RATE_EXCEEDED' }));
    clock.nowMs += 500;
    expect(() => limiter.admit('a', both)).not.toThrow();
  });
});

test('names without end do not fill the memory, and whoever is still counted is not forgotten', () => {
  const { clock, limiter } = limiterAt();
  const limits = { concurrency: 1, rate: { calls: 1, periodMs: 1_000 } };
  limiter.admit('busy', limits);
  for (let name = 0; name < 100_000; name += 1) {
    limiter.admit(`subject ${name}`, limits)();
    clock.nowMs += 1;
  }
  expect(limiter.size).toBeLessThan(5_000);
  expect(() => limiter.admit('busy', limits)).toThrow(
    expect.objectContaining({ reason: 'TOKEN_CONCURRENCY_EXCEEDED' }),
  );
});
