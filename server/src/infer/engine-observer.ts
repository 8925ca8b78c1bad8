// Owns what others may watch of an engine, and how several do so at once. Must not know who they are.
import type { BatchObserver } from '../batch/batcher.ts';
import type { PoolObserver } from './pool.ts';

/** Watches an engine's batches and workers. Called synchronously: must be quick and must not throw. */
export interface EngineObserver extends BatchObserver, PoolObserver {}

/** One observer that tells all of them, in their order. */
export function observers(...all: readonly (EngineObserver | undefined)[]): EngineObserver {
  return {
    onBatch(batch) {
      for (const each of all) each?.onBatch?.(batch);
    },
    onBatchEnd(batch) {
      for (const each of all) each?.onBatchEnd?.(batch);
    },
    onSettled(entry) {
      for (const each of all) each?.onSettled?.(entry);
    },
    onWorkerReady(state) {
      for (const each of all) each?.onWorkerReady?.(state);
    },
    onWorkerLost(loss) {
      for (const each of all) each?.onWorkerLost?.(loss);
    },
  };
}
