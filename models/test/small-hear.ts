// Owns seeded downloads in HeAR's architecture and the embeddings that a float64 computation of them gives.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { referenceFrontEnd } from '../src/front-end/reference.ts';
import { CLIP_SAMPLES } from '../src/front-end/settings.ts';
import { SMALL_HEAR_CONFIG, UNTRAINED_FIELD } from '../src/hear/shape.ts';
import { Checkpoint } from '../src/safetensors/checkpoint.ts';
import { type WriteOptions, type WrittenTensor, writeCheckpoint } from '../src/safetensors/write.ts';
import { readVitConfig } from '../src/vit/config.ts';
import { referenceVit } from '../src/vit/reference.ts';
import { seededValues } from '../src/vit/seeded.ts';
import { vitTensors } from '../src/vit/tensors.ts';

export interface SmallHear extends Partial<WriteOptions> {
  /** Seed of the numbers; 1 when absent. */
  readonly seed?: number;
  /** Fields of config.json that replace those of the small model. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Changes the list of tensors before it is written. */
  readonly change?: (tensors: WrittenTensor[]) => WrittenTensor[];
}

/** Writes config.json and the weights into a new folder and returns its path. */
export function writeSmallHear(folder: string, options: SmallHear = {}): string {
  const { type = 'F32', files = 1, seed = 1, config, change } = options;
  mkdirSync(folder, { recursive: true });
  const text = JSON.stringify({ ...SMALL_HEAR_CONFIG, [UNTRAINED_FIELD]: true, ...config });
  writeFileSync(join(folder, 'config.json'), text);
  const tensors = vitTensors(readVitConfig(JSON.stringify(SMALL_HEAR_CONFIG))).map((tensor) => ({
    ...tensor,
    values: () => seededValues(tensor, seed),
  }));
  writeCheckpoint(folder, change?.(tensors) ?? tensors, { type, files });
  return folder;
}

/** Clips of whole numbers, so that every platform has the same: noise-like, and the same in bursts on an offset. */
export function recordedClips(): Record<'hash' | 'bursts', Float32Array> {
  const hash = (n: number) => (((n * n * 7 + n * 13) % 2003) - 1001) / 2048;
  const clip = (sampleAt: (n: number) => number) => Float32Array.from({ length: CLIP_SAMPLES }, (_, n) => sampleAt(n));
  return { hash: clip(hash), bursts: clip((n) => (hash(n) * (Math.floor((n % 8000) / 1000) % 3)) / 4 + 0.125) };
}

/** The embedding in float64, by code that shares nothing with the graph's; of another spectrogram where one is given. */
export function referenceEmbedding(
  folder: string,
  clip: Float32Array,
  spectrogram = referenceFrontEnd(clip),
): Float64Array {
  using checkpoint = Checkpoint.open(folder);
  const shape = readVitConfig(readFileSync(join(folder, 'config.json'), 'utf8'));
  return referenceVit(spectrogram, shape, (name, dims) => checkpoint.read(name, dims));
}
