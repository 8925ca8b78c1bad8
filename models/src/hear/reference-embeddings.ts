// Owns the exchange with reference/embeddings.py: clips there, embeddings back. Must not know what they are compared with.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MEL_BANDS, RESIZED_FRAMES } from '../front-end/settings.ts';
import { runReference } from '../reference-pipeline.ts';
import { EMBEDDING_LENGTH } from './shape.ts';
import type { Sound } from './sounds.ts';

/** What the reference pipeline computes with. */
export interface ReferenceOptions {
  /** Folder of the weights. */
  readonly folder: string;
  /** A Python with PyTorch and transformers. */
  readonly python: string;
  /** A Python file with a front end of its own, whose embeddings are wanted too. */
  readonly frontEnd?: string;
}

/** In the order of the clips. */
export interface ByFrontEnd {
  readonly embeddings: readonly Float64Array[];
  /** `[192, 128]` row by row, time first. */
  readonly spectrograms: readonly Float64Array[];
}

export interface ReferenceResults {
  /** By the front end in float64. */
  readonly embeddings: readonly Float64Array[];
  /** Both ways, where a file was given. */
  readonly frontEnds?: { readonly float64: ByFrontEnd; readonly file: ByFrontEnd };
  /** Versions of what it ran with. */
  readonly versions: Readonly<Record<string, string>>;
}

/** @throws Error when the pipeline fails. */
export async function computeReference(
  sounds: readonly Sound[],
  { folder, python, frontEnd }: ReferenceOptions,
): Promise<ReferenceResults> {
  const exchange = await mkdtemp(join(tmpdir(), 'verify-'));
  try {
    const [clips, out, spectrograms] = [
      join(exchange, 'clips'),
      join(exchange, 'embeddings'),
      join(exchange, 'spectrograms'),
    ];
    await writeFile(
      clips,
      Buffer.concat(sounds.map(({ clip }) => new Uint8Array(clip.buffer, clip.byteOffset, clip.byteLength))),
    );
    const ownFrontEnd = frontEnd === undefined ? [] : [frontEnd, spectrograms];
    const printed = await runReference(python, 'embeddings.py', [folder, clips, out, ...ownFrontEnd]);
    // embeddings.py prints an object of texts.
    const versions = JSON.parse(printed) as Record<string, string>;
    const rows = await readRows(out, EMBEDDING_LENGTH);
    const count = sounds.length;
    const embeddings = rows.slice(0, count);
    if (frontEnd === undefined) return { embeddings, versions };
    const images = await readRows(spectrograms, RESIZED_FRAMES * MEL_BANDS);
    return {
      embeddings,
      versions,
      frontEnds: {
        float64: { embeddings, spectrograms: images.slice(0, count) },
        file: { embeddings: rows.slice(count), spectrograms: images.slice(count) },
      },
    };
  } finally {
    await rm(exchange, { recursive: true });
  }
}

/** The rows of a file of float64. */
async function readRows(path: string, length: number): Promise<Float64Array[]> {
  const bytes = new Uint8Array(await readFile(path));
  const values = new Float64Array(bytes.buffer);
  return Array.from({ length: values.length / length }, (_, row) => values.subarray(row * length, (row + 1) * length));
}
