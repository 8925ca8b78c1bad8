// Owns seeded downloads in HeAR's architecture and the embeddings that a float64 computation of them gives.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { referenceFrontEnd } from '../src/front-end/reference.ts';
import { SMALL_HEAR_CONFIG, UNTRAINED_FIELD } from '../src/hear/shape.ts';
import { Checkpoint } from '../src/safetensors/checkpoint.ts';
import { type WriteOptions, type WrittenTensor, writeCheckpoint } from '../src/safetensors/write.ts';
import { readVitConfig } from '../src/vit/config.ts';
import { referenceVit } from '../src/vit/reference.ts';
import { seededValues } from '../src/vit/seeded.ts';
import { vitTensors } from '../src/vit/tensors.ts';

const SEED = 1;

export interface SmallHear extends Partial<WriteOptions> {
  /** Fields of config.json that replace those of the small model. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Changes the list of tensors before it is written. */
  readonly change?: (tensors: WrittenTensor[]) => WrittenTensor[];
}

/** Writes config.json and the weights into a new folder and returns its path. */
export function writeSmallHear(folder: string, { type = 'F32', files = 1, config, change }: SmallHear = {}): string {
  mkdirSync(folder, { recursive: true });
  const text = JSON.stringify({ ...SMALL_HEAR_CONFIG, [UNTRAINED_FIELD]: true, ...config });
  writeFileSync(join(folder, 'config.json'), text);
  const tensors = vitTensors(readVitConfig(JSON.stringify(SMALL_HEAR_CONFIG))).map((tensor) => ({
    ...tensor,
    values: () => seededValues(tensor, SEED),
  }));
  writeCheckpoint(folder, change?.(tensors) ?? tensors, { type, files });
  return folder;
}

/** The embedding in float64, by code that shares nothing with the graph's. */
export function referenceEmbedding(folder: string, clip: Float32Array): Float64Array {
  using checkpoint = Checkpoint.open(folder);
  const shape = readVitConfig(readFileSync(join(folder, 'config.json'), 'utf8'));
  return referenceVit(referenceFrontEnd(clip), shape, (name, dims) => checkpoint.read(name, dims));
}
