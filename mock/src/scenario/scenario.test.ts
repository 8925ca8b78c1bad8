// Owns the proof that a wrong scenario is explained, and that a right one has the same in store on every run.
import { describe, expect, test } from 'vitest';
import { latencyOf, RunningScenario } from './running-scenario.ts';
import { builtInScenarios, loadScenario, parseScenario } from './scenario.ts';

describe('a scenario that cannot be used', () => {
  test.each([
    { given: 'latencies: 5', want: /must NOT have additional properties: latencies/ },
    { given: 'latency: 5', want: /latency: expected one of \{fixed_ms: …\}, \{uniform_ms: …\}, \{percentiles_ms: …\}/ },
    { given: 'latency: { fixed_ms: -5 }', want: /latency\.fixed_ms must be >= 0/ },
    { given: 'latency: { uniform_ms: [5, 1] }', want: /expected the shortest first/ },
    { given: 'faults: [{ share: 2, fault: { status: 503 } }]', want: /faults\.0\.share must be <= 1/ },
    { given: 'faults: [{ share: 1, fault: { status: 418 } }]', want: /status must be equal .*: 429, 500, 503, 504/ },
    {
      given: 'faults: [{ share: 0.6, fault: { status: 503 } }, { share: 0.6, fault: { status: 504 } }]',
      want: /add up to 1 at most, got 1\.2/,
    },
    { given: 'failing_instances: { share: 1, reason: QUEUE_FULL }', want: /got "QUEUE_FULL"/ },
    { given: 'files: [{ uri: "gs://a/b", reason: toString }]', want: /got "toString"/ },
    { given: 'limits: vertex', want: /limits: expected one of vertex-shared, vertex-dedicated/ },
    { given: 'calls: [okay]', want: /calls\.0: expected one of ok/ },
    { given: 'seed: 1\nseed: 2', want: /not YAML.*unique/s },
    { given: '- a', want: /the scenario must be object/ },
  ])('is explained: $given', ({ given, want }) => {
    expect(() => parseScenario(given, 'of a test')).toThrow(want);
  });

  test('names every mistake at once', () => {
    expect(() => parseScenario('seed: -1\ncold_start_s: x', 'x')).toThrow(/seed must.*\n.*cold_start_s must/);
  });

  test('names the built-in ones when the file is not there', () => {
    expect(() => loadScenario('no-such-file')).toThrow(/flaky/);
  });
});

test.each(builtInScenarios)('the built-in scenario %s is usable', (name) => {
  expect(loadScenario(name)).toHaveProperty('why');
});

describe('a running scenario', () => {
  const fates = (seed: number) => {
    const running = new RunningScenario({ ...loadScenario('flaky'), seed });
    return Array.from({ length: 400 }, () => {
      const fate = running.next(true);
      return {
        latencyMs: fate.latencyMs,
        fault: fate.fault,
        instances: [0, 1].map((index) => fate.instanceFault(index)),
      };
    });
  };

  test('has the same in store for the same seed, and something else for another', () => {
    expect(fates(7)).toEqual(fates(7));
    expect(fates(7)).not.toEqual(fates(8));
  });

  test('keeps near the shares that it names', () => {
    const all = fates(3);
    const faults = all.filter(({ fault }) => fault !== undefined).length / all.length;
    const failed = all.flatMap(({ instances }) => instances).filter((reason) => reason !== undefined).length / 800;
    // The shares are 0.35 and 0.05; four standard deviations of 400 and 800 draws.
    expect(Math.abs(faults - 0.35)).toBeLessThan(0.1);
    expect(Math.abs(failed - 0.05)).toBeLessThan(0.03);
  });

  test('plays the planned calls first, and counts predictions alone', () => {
    const running = new RunningScenario({ calls: [{ status: 503 }, 'ok', { cut_after_bytes: 5 }] });
    expect(running.next(false).fault).toBeUndefined();
    expect([1, 2, 3, 4].map(() => running.next(true).fault)).toEqual([
      { status: 503 },
      undefined,
      { cut_after_bytes: 5 },
      undefined,
    ]);
  });

  test('lets a token live from its first use', () => {
    let nowMs = 0;
    const running = new RunningScenario({ token_lifetime_s: 10 }, () => nowMs);
    const accepts = (token: string) => running.next(true).acceptsToken(token);
    expect(accepts('a')).toBe(true);
    nowMs = 9_999;
    expect([accepts('a'), accepts('b')]).toEqual([true, true]);
    nowMs = 10_000;
    expect([accepts('a'), accepts('b')]).toEqual([false, true]);
  });

  test('is cold from its start', () => {
    let nowMs = 100;
    const running = new RunningScenario({ cold_start_s: 2 }, () => nowMs);
    expect(running.coldForSeconds()).toBe(2);
    nowMs = 2_099;
    expect(running.coldForSeconds()).toBe(1);
    nowMs = 2_100;
    expect(running.coldForSeconds()).toBe(0);
  });

  test('finds files by their address, with * for any text, unless the token fits', () => {
    const reason = 'STORAGE_PERMISSION_DENIED';
    const running = new RunningScenario({ files: [{ uri: 'gs://a.b/*', reason, unless_token: 'T' }] });
    const fate = running.next(true);
    expect(fate.remoteFault('gs://a.b/c', [])).toBe(reason);
    expect(fate.remoteFault('gs://axb/c', [])).toBeUndefined();
    expect(fate.remoteFault('gs://a.b/c', ['T'])).toBeUndefined();
  });
});

describe('a latency', () => {
  const percentiles_ms = { 0: 10, 50: 20, 100: 120 };
  test.each([
    { given: { fixed_ms: 7 }, share: 0.9, want: 7 },
    { given: { uniform_ms: [10, 20] as const }, share: 0.5, want: 15 },
    { given: { percentiles_ms }, share: 0, want: 10 },
    { given: { percentiles_ms }, share: 0.25, want: 15 },
    { given: { percentiles_ms }, share: 0.75, want: 70 },
    { given: { percentiles_ms: { 50: 20, 90: 60 } }, share: 0.95, want: 60 },
    { given: { percentiles_ms: { 50: 20, 90: 60 } }, share: 0.1, want: 20 },
  ])('of $given at $share is $want ms', ({ given, share, want }) => {
    expect(latencyOf(given, share)).toBeCloseTo(want);
  });
});
