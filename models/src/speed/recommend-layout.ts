// Owns the advice that follows from measured layouts and batches. Must not know how they were measured.
import type { LayoutSpeed } from './layouts.ts';

export interface LayoutAdvice {
  readonly layout: LayoutSpeed;
  readonly reason: string;
}

export interface BatchSpeed {
  readonly rows: number;
  /** Processor time for one clip. */
  readonly cpuMs: number;
}

/** Below this share of the processors, clips per second say more about other programs than about the layout. */
const QUIET_SHARE = 0.9;

/** Less than this is noise. */
const WORTHWHILE_GAIN = 0.02;

/**
 * The layout that serves most clips; on a busy machine the one that takes the least processor time with all cores in use. Of those that
 * are nearly as good the one with most workers, as it depends least on all of its threads being given a core at once.
 */
export function recommendLayout(layouts: readonly LayoutSpeed[], cores: number): LayoutAdvice | undefined {
  const full = layouts.filter(({ workers, threads }) => workers * threads === cores);
  const isQuiet = full.every(({ share }) => share >= QUIET_SHARE);
  const cost = (layout: LayoutSpeed) => (isQuiet ? 1 / layout.clipsPerSecond : layout.cpuMs);
  const best = Math.min(...full.map(cost));
  const good = full.filter((layout) => cost(layout) <= best * (1 + WORTHWHILE_GAIN));
  const [layout] = good.toSorted((a, b) => b.workers - a.workers || cost(a) - cost(b));
  if (layout === undefined) return undefined;
  const busy =
    'the least processor time a clip; other programs used the machine, so clips per second were not compared';
  return { layout, reason: isQuiet ? 'most clips per second' : busy };
}

/** The smallest batch within 2 % of the best, by the time for a clip. */
export function recommendBatch<Batch extends { readonly rows: number }>(
  batches: readonly Batch[],
  msOf: (batch: Batch) => number,
): number {
  const best = Math.min(...batches.map(msOf));
  const enough = batches.filter((batch) => msOf(batch) <= best * (1 + WORTHWHILE_GAIN));
  return Math.min(...enough.map(({ rows }) => rows));
}
