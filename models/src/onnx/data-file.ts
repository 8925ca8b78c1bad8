// Owns the second file of a model while it is written: constants one after the other, and the hash of all. Must not know what
// they mean, nor the model's own file.
import { createHash, randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isRunning } from '@predict-schemata/processes/is-running';
import type { Model } from './messages.ts';
import type { ExternalData } from './tensor-data.ts';

/** ONNX asks for offsets at whole memory pages, so that the file can be mapped. */
const PAGE_BYTES = 4096;

/** Constants below this stay in the model: not worth a page. */
const MIN_BYTES = 16 * PAGE_BYTES;

/** Stands in the model where the file's name belongs, until its content and with it its name is known. */
const UNNAMED = 'unnamed';

/**
 * The file's name holds the hash of its content. So it can be put in its place before the model's own file is: until that one is
 * replaced, the earlier model and the data that it names are both whole.
 */
export class DataFile implements ExternalData, Disposable {
  readonly location = UNNAMED;
  readonly minBytes = MIN_BYTES;
  readonly #modelPath: string;
  readonly #temporary: string;
  readonly #descriptor: number;
  readonly #hash = createHash('sha256');
  #length = 0;
  #isOpen = true;

  /** Begins the file beside the model's, under a name of its own. */
  constructor(modelPath: string) {
    this.#modelPath = modelPath;
    removeAbandoned(dirname(modelPath));
    this.#temporary = join(dirname(modelPath), `.model-data.${process.pid}.${randomUUID()}.tmp`);
    this.#descriptor = openSync(this.#temporary, 'wx');
  }

  append(bytes: Uint8Array): number {
    this.#write(new Uint8Array((PAGE_BYTES - (this.#length % PAGE_BYTES)) % PAGE_BYTES));
    const offset = this.#length;
    this.#write(bytes);
    return offset;
  }

  /** Completes the file on disk. Gives its SHA-256 and the name that it will have. */
  finish(modelName: string): { readonly sha256: string; readonly name: string; readonly bytes: number } {
    fsyncSync(this.#descriptor);
    this.#close();
    const sha256 = this.#hash.digest('hex');
    // It begins with the model's name: who copies a model by its prefix copies its data too.
    return { sha256, name: `${modelName}.${sha256.slice(0, 16)}.data`, bytes: this.#length };
  }

  /** Gives the completed file its name. */
  place(name: string): void {
    renameSync(this.#temporary, join(dirname(this.#modelPath), name));
  }

  /** Removes what is not yet in its place. */
  [Symbol.dispose](): void {
    this.#close();
    rmSync(this.#temporary, { force: true });
  }

  #write(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.byteLength; ) {
      done += writeSync(this.#descriptor, bytes, done, bytes.byteLength - done);
    }
    this.#hash.update(bytes);
    this.#length += bytes.byteLength;
  }

  #close(): void {
    if (this.#isOpen) closeSync(this.#descriptor);
    this.#isOpen = false;
  }
}

/** Removes what processes left behind that were killed in the middle: each may be more than a gigabyte. */
function removeAbandoned(folder: string): void {
  for (const name of readdirSync(folder)) {
    const [, pid] = /^\.model-data\.(\d+)\.[0-9a-f-]+\.tmp$/.exec(name) ?? [];
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(folder, name), { force: true });
  }
}

/** The model with the data file's name in each constant that stands there. */
export function withDataFile(model: Model, name: string): Model {
  const initializer = model.graph.initializer.map((tensor) => {
    if (tensor.externalData === undefined) return tensor;
    const externalData = tensor.externalData.map((entry) =>
      entry.key === 'location' ? { ...entry, value: name } : entry,
    );
    return { ...tensor, externalData };
  });
  return { ...model, graph: { ...model.graph, initializer } };
}

/** Names of the files in which constants of the model stand. */
export function dataFileNames(model: Model): Set<string> {
  return new Set(
    model.graph.initializer.flatMap(({ externalData = [] }) =>
      externalData.filter(({ key }) => key === 'location').map(({ value }) => value),
    ),
  );
}
