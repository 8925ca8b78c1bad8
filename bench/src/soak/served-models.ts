// Owns the models that are swapped under load: marker models whose version tells their scale, written in the place of the served file.
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { markerOnnx } from '../../../contract-tests/src/marker-onnx.ts';
import { EMBEDDING_LENGTH, SAMPLE_COUNT } from './clip.ts';

const SCALES = 7;

export class ServedModels {
  readonly #folder: string;
  #latest = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** What `--model` is to be. */
  get path(): string {
    return join(this.#folder, 'served.onnx');
  }

  /** The newest version that may have been loaded. */
  get latest(): number {
    return this.#latest;
  }

  /** Puts the next version in the place of the last one, at once, as a deployment does. */
  async putNext(): Promise<void> {
    const version = this.#latest + 1;
    const next = join(this.#folder, 'next.onnx');
    const model = markerOnnx({
      inputLength: SAMPLE_COUNT,
      outputLength: EMBEDDING_LENGTH,
      scale: scaleOf(version),
      metadata: { version: `v${version}` },
      hangs: true,
    });
    await writeFile(next, model);
    // From the moment of the rename a call may be answered by it.
    this.#latest = version;
    await rename(next, this.path);
  }
}

/** Whole, so that products of 16-bit samples are exact. */
export function scaleOf(version: number): number {
  return 1 + (version % SCALES);
}

/** The scale that a version's name stands for, such as 3 for `v9`. */
export function scaleOfName(name: unknown): number {
  return scaleOf(Number(/^v(\d+)$/.exec(String(name))?.[1]));
}
