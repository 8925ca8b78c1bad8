import { describe, expect, test } from 'vitest';
import type { CellFigures } from './grid.ts';
import type { Results } from './results.ts';
import { NODE_ALONE, OURS } from './subjects.ts';
import { compareCells, verdicts } from './verdicts.ts';

const cell = { kind: 'input_bytes', instances: 1, concurrency: 32 } as const;
const figures = (subject: string, cpuMsPerClip: number, requestsPerSecond: number, p99Ms: number): CellFigures => ({
  subject,
  cell,
  cpuMsPerClip,
  requestsPerSecond,
  p50Ms: 1,
  p99Ms,
  answered: 100,
  errors: {},
  generatorShare: 0.1,
});
const peersOf = (...cells: CellFigures[]): NonNullable<Results['peers']> => ({
  cells,
  bareCpuMsPerClip: 1,
  calibration: [],
  pythonCpuMsPerClip: 1,
  versions: {},
  missing: {},
});
const machine = { cpu: 'x', cores: 1, memoryGiB: 1, system: 'x', node: '1', onnxruntime: '1', loadBefore: 0 };
const measured = { model: 'm', passes: 1, secondsPerTurn: 1, beside: '' };

test('ours is compared with the best peer of each figure, which need not be the same one', () => {
  const frugal = figures('frugal', 4, 10, 90);
  const fast = figures('fast', 7, 40, 80);
  const [compared] = compareCells(peersOf(figures(OURS, 2, 60, 70), frugal, fast));
  expect(compared).toMatchObject({ shellMs: 1, bestShell: { subject: 'frugal', shellMs: 3 }, rateRatio: 1.5 });
  expect([compared?.bestRate.subject, compared?.bestP99.subject]).toEqual(['fast', 'fast']);
});

test('what Node alone costs stands beside the peers and is none of them', () => {
  const nodeAlone = figures(NODE_ALONE, 1.5, 90, 10);
  const [compared] = compareCells(peersOf(figures(OURS, 2, 60, 70), nodeAlone, figures('peer', 4, 40, 80)));
  expect(compared).toMatchObject({ nodeAloneShellMs: 0.5, bestShell: { subject: 'peer' }, rateRatio: 1.5 });
  expect(compared?.bestP99.subject).toBe('peer');
});

test('a peer that answered nothing is no peer', () => {
  const silent = { ...figures('silent', 0, 99, 0), answered: 0 };
  expect(compareCells(peersOf(figures(OURS, 2, 60, 70), silent))).toEqual([]);
});

describe('targets', () => {
  const met = (results: Partial<Results>) => verdicts({ machine, measured, ...results }).map((verdict) => verdict.met);
  const peer = figures('peer', 4, 40, 80);

  test.each([
    { given: 'all met', ours: figures(OURS, 2, 60, 70), want: [true, true, true, true] },
    { given: 'more than a third of the shell', ours: figures(OURS, 2.1, 60, 70), want: [false, true, true, true] },
    { given: 'faster, but not by half', ours: figures(OURS, 2, 59, 70), want: [true, true, false, true] },
    { given: 'slower', ours: figures(OURS, 2, 39, 70), want: [true, false, false, true] },
    { given: 'as late as the peer', ours: figures(OURS, 2, 60, 80), want: [true, true, true, false] },
  ])('beside peers: $given', ({ ours, want }) => {
    expect(met({ peers: peersOf(ours, peer) })).toEqual(want);
  });

  test('of one server', () => {
    const latency = { kind: 'input_bytes', bareP50Ms: 1, calls: 1 } as const;
    expect(met({ latency: [{ ...latency, p50Ms: 1, p99Ms: 5 }] })).toEqual([true, true]);
    expect(met({ latency: [{ ...latency, p50Ms: 1.1, p99Ms: 5.1 }] })).toEqual([false, false]);
    const health = { path: '/', load: 'l', calls: 1, errors: {} };
    expect(met({ health: [{ ...health, p50Ms: 2, p99Ms: 51 }] })).toEqual([true, false]);
    const parse = { bytes: 1, jsonMicroseconds: 28 };
    const answer = { jsonMicroseconds: 20, oursMicroseconds: 10, jsonBytes: 100, oursBytes: 51 };
    const parsing = [
      { ...parse, name: 'input_bytes', oursMicroseconds: 10 },
      { ...parse, name: 'array', oursMicroseconds: 10 },
    ];
    expect(met({ parts: { parsing, answer } })).toEqual([true, false, true, false]);
  });

  test('throughput beside bare loops is judged with a model of full size alone', () => {
    const throughput = { sessions: 2, servedClipsPerSecond: 1.9, bareClipsPerSecond: 2, ratio: 0.95 };
    expect(met({ throughput })).toEqual([false]);
    expect(met({ throughput: { ...throughput, ratio: 0.97 } })).toEqual([true]);
    expect(met({ throughput: { ...throughput, bareClipsPerSecond: 3000 } })).toEqual([]);
  });

  test('nothing measured, nothing judged', () => {
    expect(verdicts({ machine, measured })).toEqual([]);
  });
});
