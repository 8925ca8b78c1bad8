// Owns the question whether a clip's embedding depends on its neighbours in a batch. Must not know models nor what else is judged.
import { type Comparison, compare } from '../compare.ts';

/** Computes a batch of clips. */
export type RunClips = (clips: readonly Float32Array[]) => Promise<Float32Array[]>;

/** Clips in a call when each is judged among others. */
const BATCH = 8;

export interface Neighbourly {
  readonly alone: Float32Array;
  /** Largest difference that other neighbours make; 0 when all bits are the same. */
  readonly neighbourDifference: number;
  /** The embedding among others against the one alone, where a batch of another size may differ in last bits. */
  readonly otherSize?: Comparison;
}

/**
 * Each clip alone, and in batches with the others. With `sizeMatters` a batch's size may change last bits, as on GPUs, whose kernels are
 * chosen by it; there neighbours are exchanged in a batch of the same size. Else alone and among others have to be the same.
 */
export async function computeAmongNeighbours(
  run: RunClips,
  clips: readonly Float32Array[],
  sizeMatters: boolean,
): Promise<Neighbourly[]> {
  const alone: Float32Array[] = [];
  for (const clip of clips) alone.push(...(await run([clip])));
  const among = await inBatches(run, clips);
  const compared = sizeMatters ? await amongOthers(run, clips) : alone;
  return clips.map((_, index) => {
    const [own, shared] = [alone[index] ?? new Float32Array(), among[index] ?? []];
    return {
      alone: own,
      neighbourDifference: compare(shared, compared[index] ?? []).maxAbsolute,
      ...(sizeMatters && { otherSize: compare(shared, own) }),
    };
  });
}

/** As inBatches, but every clip has other sounds beside it: first those at even places have, then those at odd ones. */
async function amongOthers(run: RunClips, clips: readonly Float32Array[]): Promise<Float32Array[]> {
  const withOthersAt = (parity: number) =>
    clips.map((clip, index) => (index % 2 === parity ? clip.toReversed() : clip));
  const [ofOdd, ofEven] = [await inBatches(run, withOthersAt(0)), await inBatches(run, withOthersAt(1))];
  return clips.map((_, index) => (index % 2 === 0 ? ofEven : ofOdd)[index] ?? new Float32Array());
}

async function inBatches(run: RunClips, clips: readonly Float32Array[]): Promise<Float32Array[]> {
  const embeddings: Float32Array[] = [];
  for (let start = 0; start < clips.length; start += BATCH) {
    embeddings.push(...(await run(clips.slice(start, start + BATCH))));
  }
  return embeddings;
}
