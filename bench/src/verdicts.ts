// Owns the targets, and which of them results meet. Must not know how results were measured.
import type { Cell, CellFigures } from './grid.ts';
import type { Results } from './results.ts';
import { median } from './statistics.ts';
import { NODE_ALONE, OURS } from './subjects.ts';
import type { Throughput } from './throughput.ts';

export interface Verdict {
  readonly target: string;
  readonly want: string;
  readonly got: string;
  readonly met: boolean;
}

/** Ours beside the best peer in one cell. */
export interface CellComparison {
  readonly cell: Cell;
  readonly ours: CellFigures;
  readonly shellMs: number;
  /** Absent where it was not measured. */
  readonly nodeAloneShellMs?: number;
  readonly bestShell: { readonly subject: string; readonly shellMs: number };
  readonly shellRatio: number;
  readonly bestRate: CellFigures;
  readonly rateRatio: number;
  readonly bestP99: CellFigures;
}

/** Cells in which both ours and a peer have figures. */
export function compareCells({ cells, bareCpuMsPerClip }: NonNullable<Results['peers']>): CellComparison[] {
  const comparisons: CellComparison[] = [];
  for (const ours of cells.filter(({ subject }) => subject === OURS)) {
    const others = cells.filter(
      (figures) =>
        figures.subject !== OURS && figures.answered > 0 && JSON.stringify(figures.cell) === JSON.stringify(ours.cell),
    );
    const peers = others.filter(({ subject }) => subject !== NODE_ALONE);
    const nodeAlone = others.find(({ subject }) => subject === NODE_ALONE);
    const byCpu = lowest(peers, ({ cpuMsPerClip }) => cpuMsPerClip);
    const bestRate = lowest(peers, ({ requestsPerSecond }) => -requestsPerSecond);
    const bestP99 = lowest(peers, ({ p99Ms }) => p99Ms);
    if (byCpu === undefined || bestRate === undefined || bestP99 === undefined) continue;
    const shellMs = ours.cpuMsPerClip - bareCpuMsPerClip;
    const bestShell = { subject: byCpu.subject, shellMs: byCpu.cpuMsPerClip - bareCpuMsPerClip };
    comparisons.push({
      cell: ours.cell,
      ours,
      shellMs,
      ...(nodeAlone && { nodeAloneShellMs: nodeAlone.cpuMsPerClip - bareCpuMsPerClip }),
      bestShell,
      shellRatio: shellMs / bestShell.shellMs,
      bestRate,
      rateRatio: ours.requestsPerSecond / bestRate.requestsPerSecond,
      bestP99,
    });
  }
  return comparisons;
}

/** One for each target that something was measured for. */
export function verdicts(results: Results): Verdict[] {
  const { peers, latency = [], health = [], parts, throughput } = results;
  const cells = peers === undefined ? [] : compareCells(peers);
  const busiest = cells.filter(({ cell }) => cell.concurrency === 32);
  return [
    ...(cells.length === 0 ? [] : peerVerdicts(cells, busiest)),
    ...latency.flatMap(({ kind, p50Ms, p99Ms }) =>
      kind === 'input_bytes'
        ? [
            atMost('latency added to a bare session, one caller, input_bytes: p50', p50Ms, 1, ' ms'),
            atMost('… p99', p99Ms, 5, ' ms'),
          ]
        : [],
    ),
    ...health.flatMap(({ load, p50Ms, p99Ms }) => [
      atMost(`health under ${load}: p50`, p50Ms, 2, ' ms'),
      atMost('… p99', p99Ms, 50, ' ms'),
    ]),
    ...(parts?.parsing.map(({ name, jsonMicroseconds, oursMicroseconds }) =>
      atLeast(
        `parsing against JSON.parse: ${name}`,
        jsonMicroseconds / oursMicroseconds,
        name === 'input_bytes' ? 2.5 : 3,
        ' ×',
      ),
    ) ?? []),
    ...(parts === undefined
      ? []
      : [
          atLeast(
            'answers against JSON.stringify',
            parts.answer.jsonMicroseconds / parts.answer.oursMicroseconds,
            2,
            ' ×',
          ),
          atMost('… bytes', (100 * parts.answer.oursBytes) / parts.answer.jsonBytes, 50, ' %'),
        ]),
    ...(throughput === undefined || !isOfFullSize(throughput)
      ? []
      : [atLeast(`clips a second against ${throughput.sessions} bare loops`, throughput.ratio, 0.97, ' ×')]),
  ];
}

/** Least time that one thread needs for a clip with a model of full size; HeAR's takes most of a second. */
const FULL_SIZE_CLIP_MS = 10;

/** Whether the model is as large as those that the target for throughput is for. */
export function isOfFullSize({ sessions, bareClipsPerSecond }: Throughput): boolean {
  return (1000 * sessions) / bareClipsPerSecond >= FULL_SIZE_CLIP_MS;
}

function peerVerdicts(cells: readonly CellComparison[], busiest: readonly CellComparison[]): Verdict[] {
  const counted = (
    target: string,
    want: string,
    all: readonly CellComparison[],
    met: (cell: CellComparison) => boolean,
  ) => {
    const good = all.filter(met).length;
    return { target, want, got: `${good} of ${all.length} cells`, met: good === all.length };
  };
  return [
    counted(
      'shell cost, ours : best peer',
      'at most 0.33 in all cells',
      cells,
      ({ shellRatio }) => shellRatio <= 1 / 3,
    ),
    counted('requests a second, ours : best peer', 'at least 1 in all cells', cells, ({ rateRatio }) => rateRatio >= 1),
    atLeast('… in the median cell', median(cells.map(({ rateRatio }) => rateRatio)), 1.5, ' ×'),
    counted(
      'p99 with 32 callers',
      'below every peer’s in all cells',
      busiest,
      ({ ours, bestP99 }) => ours.p99Ms < bestP99.p99Ms,
    ),
  ];
}

function atMost(target: string, value: number, limit: number, unit: string): Verdict {
  return { target, want: `at most ${limit}${unit}`, got: `${value.toFixed(2)}${unit}`, met: value <= limit };
}

function atLeast(target: string, value: number, limit: number, unit: string): Verdict {
  return { target, want: `at least ${limit}${unit}`, got: `${value.toFixed(2)}${unit}`, met: value >= limit };
}

function lowest<T>(list: readonly T[], by: (value: T) => number): T | undefined {
  return list.toSorted((a, b) => by(a) - by(b))[0];
}
