// Owns a folder of safetensors files as one set of named tensors, each read from disk when it is asked for. Must not know any
// model.
import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { FLOAT_TYPES, isFloatType, toFloat32 } from './element-types.ts';
import { headerLength, LENGTH_BYTES, readHeader, type TensorPlace } from './header.ts';

const SINGLE_FILE = 'model.safetensors';
const INDEX_FILE = 'model.safetensors.index.json';

const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });

interface PlacedTensor extends TensorPlace {
  readonly file: OpenFile;
}

interface OpenFile {
  readonly name: string;
  readonly descriptor: number;
  readonly tensors: ReadonlyMap<string, TensorPlace>;
}

/** The tensors of `model.safetensors`, or of the files that `model.safetensors.index.json` lists. Close it after use. */
export class Checkpoint implements Disposable {
  readonly #files: readonly OpenFile[];
  readonly #tensors: ReadonlyMap<string, PlacedTensor>;
  readonly #indexFile: string | undefined;

  private constructor(files: readonly OpenFile[], tensors: ReadonlyMap<string, PlacedTensor>, indexFile?: string) {
    this.#files = files;
    this.#tensors = tensors;
    this.#indexFile = indexFile;
  }

  /**
   * Opens the folder's files and checks their headers; no tensor is read.
   * @throws Error when there is none, or one is damaged.
   */
  static open(folder: string): Checkpoint {
    const files: OpenFile[] = [];
    try {
      if (existsSync(join(folder, SINGLE_FILE))) {
        const file = openFile(join(folder, SINGLE_FILE));
        files.push(file);
        const tensors = [...file.tensors].map(([name, place]) => [name, { ...place, file }] as const);
        return new Checkpoint(files, new Map(tensors));
      }
      if (!existsSync(join(folder, INDEX_FILE)))
        throw new Error(
          `Expected ${SINGLE_FILE} or ${INDEX_FILE} in the folder, found neither. Download the whole model.`,
        );
      const fileOfTensor = readIndex(join(folder, INDEX_FILE));
      const byName = new Map<string, OpenFile>();
      for (const name of new Set(fileOfTensor.values())) {
        const file = openFile(join(folder, name));
        files.push(file);
        byName.set(name, file);
      }
      const tensors = [...fileOfTensor].map(([tensor, name]) => {
        const file = byName.get(name);
        const place = file?.tensors.get(tensor);
        if (file === undefined || place === undefined)
          throw new Error(`${INDEX_FILE}: expected tensor ${tensor} in ${name}, it is not there. Download both again.`);
        return [tensor, { ...place, file }] as const;
      });
      return new Checkpoint(files, new Map(tensors), INDEX_FILE);
    } catch (error) {
      for (const { descriptor } of files) closeSync(descriptor);
      throw error;
    }
  }

  /** Names of the files that the tensors come from, within the folder, the index included. */
  get fileNames(): string[] {
    const names = this.#files.map(({ name }) => name);
    return this.#indexFile === undefined ? names : [this.#indexFile, ...names];
  }

  get tensorNames(): string[] {
    return [...this.#tensors.keys()];
  }

  /**
   * Checks a tensor without reading it.
   * @throws Error that says how name, shape or type differ from what is expected.
   */
  check(name: string, shape: readonly number[]): void {
    const tensor = this.#tensors.get(name);
    if (tensor === undefined)
      throw new Error(`Expected a tensor ${name} [${shape.join(', ')}], the checkpoint has none of this name.`);
    if (tensor.shape.length !== shape.length || tensor.shape.some((dim, axis) => dim !== shape[axis]))
      throw new Error(`Tensor ${name}: expected the shape [${shape.join(', ')}], got [${tensor.shape.join(', ')}].`);
    if (!isFloatType(tensor.elementType))
      throw new Error(`Tensor ${name}: expected ${FLOAT_TYPES.join(', ')}, got ${tensor.elementType}.`);
  }

  /** Reads one tensor in row-major order, widened to float32. Throws as `check` does, or when a number is not finite. */
  read(name: string, shape: readonly number[]): Float32Array {
    this.check(name, shape);
    const tensor = this.#tensors.get(name);
    if (tensor === undefined || !isFloatType(tensor.elementType))
      throw new Error('This is a bug: the tensor was checked.');
    const bytes = new Uint8Array(tensor.bytes);
    readExactly(tensor.file.name, tensor.file.descriptor, bytes, tensor.offset);
    const values = toFloat32(tensor.elementType, bytes);
    const wrong = values.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) throw new Error(`Tensor ${name}: expected finite numbers, got ${values[wrong]} at place ${wrong}.`);
    return values;
  }

  [Symbol.dispose](): void {
    for (const { descriptor } of this.#files) closeSync(descriptor);
  }
}

function openFile(path: string): OpenFile {
  const name = basename(path);
  const descriptor = openReadable(path);
  try {
    const { size } = fstatSync(descriptor);
    const start = new Uint8Array(Math.min(LENGTH_BYTES, size));
    readExactly(name, descriptor, start, 0);
    const header = new Uint8Array(headerLength(name, start, size));
    readExactly(name, descriptor, header, LENGTH_BYTES);
    return { name, descriptor, tensors: readHeader(name, header, size) };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

function openReadable(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : String(error);
    throw new Error(`Expected a readable file ${basename(path)} in the folder, got ${code}.`, { cause: error });
  }
}

function readIndex(path: string): Map<string, string> {
  const file = basename(path);
  let index: z.infer<typeof indexSchema>;
  try {
    index = indexSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new Error(`${file}: expected a JSON object with a weight_map of tensor names to file names.`, {
      cause: error,
    });
  }
  for (const [tensor, name] of Object.entries(index.weight_map)) {
    // The index comes with the download: it may not point out of its folder.
    if (basename(name) !== name || name === '..' || name === '.')
      throw new Error(
        `${file}: expected the name of a file beside it for tensor ${tensor}, got ${JSON.stringify(name)}.`,
      );
  }
  return new Map(Object.entries(index.weight_map));
}

function readExactly(file: string, descriptor: number, bytes: Uint8Array, offset: number): void {
  let done = 0;
  while (done < bytes.byteLength) {
    const count = readSync(descriptor, bytes, done, bytes.byteLength - done, offset + done);
    if (count === 0)
      throw new Error(`${file}: expected ${bytes.byteLength} bytes at byte ${offset}, the file ended after ${done}.`);
    done += count;
  }
}
