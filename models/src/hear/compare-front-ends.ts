// Owns how a model stands to the front end of a Python file, such as upstream's: by its embeddings, and by how far each front end is
// from the float64 one. Must not know the limits, nor how a report looks.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Comparison, compare } from '../compare.ts';
import { buildFrontEndModel } from '../front-end/graph.ts';
import { FRONT_END_VERSION } from '../front-end/settings.ts';
import { METADATA_KEYS } from '../metadata.ts';
import { ONE_THREAD, openTimed } from '../speed/timed-session.ts';
import type { ReferenceResults } from './reference-embeddings.ts';
import type { Sound } from './sounds.ts';

export interface FrontEndComparison {
  /** Name of the file that holds the other front end, and its SHA-256. */
  readonly file: string;
  readonly sha256: string;
  /** In the order of the clips. */
  readonly clips: readonly FrontEndOfClip[];
}

export interface FrontEndOfClip {
  /** The model's embedding against that of the reference pipeline with the file's front end. */
  readonly embedding: Comparison;
  /** The file's spectrogram against the float64 one. */
  readonly fileOffFloat64: Comparison;
  /** The spectrogram of the graph that models have inside, against the same; absent when this one has another. */
  readonly modelOffFloat64?: Comparison;
}

/** `embeddings` are the model's, each clip's alone. */
export async function compareFrontEnds(
  path: string,
  { float64, file }: NonNullable<ReferenceResults['frontEnds']>,
  model: { readonly embeddings: readonly Float32Array[]; readonly metadata: Readonly<Record<string, string>> },
  sounds: readonly Sound[],
): Promise<FrontEndComparison> {
  const sha256 = createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
  const own =
    model.metadata[METADATA_KEYS.frontEndVersion] === FRONT_END_VERSION ? await ownSpectrograms(sounds) : undefined;
  const clips = sounds.map((_, index): FrontEndOfClip => {
    const wanted = float64.spectrograms[index] ?? [];
    return {
      embedding: compare(model.embeddings[index] ?? [], file.embeddings[index] ?? []),
      fileOffFloat64: compare(file.spectrograms[index] ?? [], wanted),
      ...(own && { modelOffFloat64: compare(own[index] ?? [], wanted) }),
    };
  });
  return { file: basename(path), sha256, clips };
}

async function ownSpectrograms(sounds: readonly Sound[]): Promise<Float32Array[]> {
  await using session = await openTimed(buildFrontEndModel(), sounds[0]?.clip ?? new Float32Array(), ONE_THREAD);
  const spectrograms: Float32Array[] = [];
  for (const { clip } of sounds) spectrograms.push(await session.compute(clip));
  return spectrograms;
}
