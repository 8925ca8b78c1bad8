// Owns what happened in the last minute, for a person who looks at the status page: a scraper has the metrics, whose totals say nothing
// of now. Must not know HTTP.
import type { BatchObserver } from '../batch/batcher.ts';
import type { CallObserver, CallRecord } from './call-record.ts';
import { type Stage, stages } from './stages.ts';

export const RECENT_MS = 60_000;

/** Most calls and batches that are kept for an algorithm: enough for percentiles, and little memory under any load. */
const MOST = 1_000;

export interface RecentSummary {
  readonly windowMs: number;
  readonly calls: number;
  /** Calls that were not answered with 200. */
  readonly failed: number;
  readonly instances: number;
  readonly total?: Latency;
  readonly stages: readonly ({ readonly stage: Stage } & Latency)[];
  readonly batches: { readonly count: number; readonly meanRows: number; readonly largestRows: number };
}

export interface Latency {
  readonly medianMs: number;
  readonly p95Ms: number;
}

interface Call {
  readonly atMs: number;
  readonly failed: boolean;
  readonly instances: number;
  readonly stagesMs: Readonly<Partial<Record<Stage, number>>>;
  readonly totalMs: number;
}

interface Batch {
  readonly atMs: number;
  readonly rows: number;
}

/** Keeps the last calls and batches of each algorithm, the latest `MOST` of the last minute. */
export class RecentCalls implements CallObserver {
  readonly #calls = new Map<string, Call[]>();
  readonly #batches = new Map<string, Batch[]>();
  readonly #now: () => number;

  /** `now` on the clock of `performance.now()`. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  onAnswer({ status, facts: { algorithm, instances = 0 }, times }: CallRecord): void {
    if (algorithm === undefined) return;
    const stagesMs: Partial<Record<Stage, number>> = {};
    for (const { stage, startMs, endMs } of times.passed) stagesMs[stage] = endMs - startMs;
    const totalMs = Object.values(stagesMs).reduce((sum, ms) => sum + ms, 0);
    this.#keep(this.#calls, algorithm, { atMs: this.#now(), failed: status !== 200, instances, stagesMs, totalMs });
  }

  /** Watches the batches of one algorithm. */
  engine(algorithm: string): BatchObserver {
    return { onBatch: ({ rows }) => this.#keep(this.#batches, algorithm, { atMs: this.#now(), rows }) };
  }

  summary(algorithm: string): RecentSummary {
    const calls = this.#since(this.#calls.get(algorithm));
    const batches = this.#since(this.#batches.get(algorithm));
    const rows = batches.map((batch) => batch.rows);
    const answered = calls.filter(({ failed }) => !failed);
    return {
      windowMs: RECENT_MS,
      calls: calls.length,
      failed: calls.length - answered.length,
      instances: calls.reduce((sum, call) => sum + call.instances, 0),
      ...(answered.length > 0 && { total: latency(answered.map(({ totalMs }) => totalMs)) }),
      stages: stages.flatMap((stage) => {
        const ms = answered.flatMap(({ stagesMs }) => stagesMs[stage] ?? []);
        return ms.length === 0 ? [] : [{ stage, ...latency(ms) }];
      }),
      batches: {
        count: rows.length,
        meanRows: rows.reduce((sum, each) => sum + each, 0) / Math.max(1, rows.length),
        largestRows: Math.max(0, ...rows),
      },
    };
  }

  #keep<T>(lists: Map<string, T[]>, algorithm: string, item: T): void {
    const list = lists.get(algorithm) ?? [];
    lists.set(algorithm, list);
    list.push(item);
    // Seldom, since it moves all that stay.
    if (list.length >= 2 * MOST) list.splice(0, list.length - MOST);
  }

  #since<T extends { readonly atMs: number }>(list: readonly T[] = []): T[] {
    const from = this.#now() - RECENT_MS;
    return list.slice(-MOST).filter(({ atMs }) => atMs >= from);
  }
}

/** Nearest-rank percentiles of a list that is not empty. */
function latency(ms: readonly number[]): Latency {
  const sorted = ms.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
  return { medianMs: at(0.5), p95Ms: at(0.95) };
}
