// Owns clips that can be told apart: each is different in the numbers that a marker model copies to the embedding, so an answer that
// was meant for another call, or another place of the same call, shows.
import { wavOf } from '../sound.ts';

export const SAMPLE_COUNT = 32_000;
export const EMBEDDING_LENGTH = 512;

export interface Clip {
  /** The part that differs; silence follows. Whole numbers of 16 bits. */
  readonly front: Int16Array;
}

export function newClip(): Clip {
  return { front: Int16Array.from({ length: EMBEDDING_LENGTH }, () => Math.floor(Math.random() * 65_536) - 32_768) };
}

function samplesOf({ front }: Clip): Int16Array {
  const samples = new Int16Array(SAMPLE_COUNT);
  samples.set(front);
  return samples;
}

export function fileOf(clip: Clip): Buffer {
  return wavOf(samplesOf(clip));
}

export function base64Of(clip: Clip): string {
  return fileOf(clip).toString('base64');
}

/** Samples from -1 to 1. */
export function floatsOf(clip: Clip): Float32Array {
  return Float32Array.from(samplesOf(clip), (sample) => sample / 32_768);
}

/** Whether `embedding` is what a marker model of this scale makes of the clip, to the last bit of a float32. */
export function isEmbeddingOf(clip: Clip, scale: number, embedding: unknown): boolean {
  const { front } = clip;
  return (
    (Array.isArray(embedding) || embedding instanceof Float32Array) &&
    embedding.length === front.length &&
    front.every((sample, index) => Math.fround(Number(embedding[index])) === Math.fround((scale * sample) / 32_768))
  );
}
