// Owns the comparison of servers: every cell of the grid, each server in turn within it, several passes, and the bare loop once in each
// pass. Must not know what the figures are judged by.
import type { BareSession } from './bare-session.ts';
import { BODY_KINDS, type BodyChoice } from './bodies.ts';
import type { LoadGenerator, LoadResult } from './load/load-job.ts';
import type { RunningSubject } from './running-subject.ts';
import { median, quantile } from './statistics.ts';

export interface Cell extends BodyChoice {
  readonly concurrency: number;
}

export const CELLS: readonly Cell[] = BODY_KINDS.flatMap((kind) =>
  [1, 8].flatMap((instances) => [1, 8, 32].map((concurrency) => ({ kind, instances, concurrency }))),
);

/** One server in one cell over all passes. */
export interface CellFigures {
  readonly subject: string;
  readonly cell: Cell;
  /** The lowest pass: what else runs on the machine can only add. */
  readonly cpuMsPerClip: number;
  /** Medians of the passes. */
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Over all passes. */
  readonly answered: number;
  readonly errors: Readonly<Record<string, number>>;
  /** The largest share of one core that the load generator took. */
  readonly generatorShare: number;
}

const WARM_UP_MS = 1_500;

export interface GridOptions {
  readonly subjects: readonly RunningSubject[];
  readonly bare: BareSession;
  readonly generator: LoadGenerator;
  readonly embedding: readonly number[];
  readonly passes: number;
  readonly secondsPerTurn: number;
  readonly onProgress: (done: number, all: number) => void;
}

export interface GridFigures {
  readonly cells: readonly CellFigures[];
  /** Lowest of all passes and of batches of 1 and 8. */
  readonly bareCpuMsPerClip: number;
}

interface Turn extends LoadResult {
  readonly cpuMs: number;
}

export async function measureGrid(options: GridOptions): Promise<GridFigures> {
  const { subjects, bare, generator, embedding, passes, secondsPerTurn, onProgress } = options;
  const turns = new Map<string, Turn[]>();
  const keyOf = (subject: string, cell: Cell) => JSON.stringify([subject, cell]);
  let bareCpuMsPerClip = Number.POSITIVE_INFINITY;
  let done = 0;
  // Every server has met every body before the first turn counts: compilers and allocators settle by then.
  for (const subject of subjects) {
    for (const kind of BODY_KINDS) {
      for (const instances of [1, 8]) {
        const body = { kind, instances };
        await generator.run({ ...subject.target, body, concurrency: 8, durationMs: WARM_UP_MS });
      }
    }
  }
  for (let pass = 0; pass < passes; pass += 1) {
    for (const batch of [1, 8]) {
      const { cpuMsPerClip } = await bare.run({ batch, durationMs: 1000 * secondsPerTurn });
      bareCpuMsPerClip = Math.min(bareCpuMsPerClip, cpuMsPerClip);
    }
    for (const { concurrency, ...body } of CELLS) {
      // Another one begins in each pass, so that none always follows the same one.
      for (const subject of rotated(subjects, pass)) {
        const load = { ...subject.target, body, concurrency, embedding };
        // So that the server's threads, connections and caches are as they are under this load.
        await generator.run({ ...load, durationMs: 100 * secondsPerTurn });
        const before = subject.program.cpuMs();
        const result = await generator.run({ ...load, durationMs: 1000 * secondsPerTurn });
        const cpuMs = subject.program.cpuMs() - before;
        const key = keyOf(subject.name, { ...body, concurrency });
        turns.set(key, [...(turns.get(key) ?? []), { ...result, cpuMs }]);
        done += 1;
        onProgress(done, passes * CELLS.length * subjects.length);
      }
    }
  }
  const cells = CELLS.flatMap((cell) =>
    subjects.map(({ name }) => ({ subject: name, cell, ...figuresOf(turns.get(keyOf(name, cell)) ?? [], cell) })),
  );
  return { cells, bareCpuMsPerClip };
}

function figuresOf(turns: readonly Turn[], { instances }: Cell): Omit<CellFigures, 'subject' | 'cell'> {
  const errors: Record<string, number> = {};
  for (const turn of turns) {
    for (const [problem, times] of Object.entries(turn.errors)) errors[problem] = (errors[problem] ?? 0) + times;
  }
  return {
    // A turn without an answer divides by zero: no figure, which JSON writes as null.
    cpuMsPerClip: Math.min(...turns.map(({ cpuMs, answered }) => cpuMs / (answered * instances))),
    requestsPerSecond: median(turns.map(({ answered, wallMs }) => answered / (wallMs / 1000))),
    p50Ms: median(turns.map(({ latenciesMs }) => quantile(latenciesMs, 0.5))),
    p99Ms: median(turns.map(({ latenciesMs }) => quantile(latenciesMs, 0.99))),
    answered: turns.reduce((sum, { answered }) => sum + answered, 0),
    errors,
    generatorShare: Math.max(...turns.map(({ generatorCpuMs, wallMs }) => generatorCpuMs / wallMs)),
  };
}

function rotated<T>(list: readonly T[], by: number): T[] {
  const at = by % Math.max(1, list.length);
  return [...list.slice(at), ...list.slice(0, at)];
}
