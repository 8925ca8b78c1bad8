// Owns the facts that can be read from an ONNX file without loading it: its hash, size, producer and metadata. Must not
// know onnxruntime. Format: onnx.proto, message ModelProto.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import protobuf from 'protobufjs/minimal.js';
import { ModelFileError } from './model-file-error.ts';
import { type ModelStamp, requireUnchanged, stampOf } from './model-stamp.ts';
import { DamagedFile, ProtoFile } from './proto-file.ts';

export interface ModelFacts {
  /**
   * SHA-256 in 64 lower-case hexadecimal digits: of the whole file; with external data, of the SHA-256 of the file and of each
   * data file in the order of their names, so that it changes whenever the weights do.
   */
  readonly sha256: string;
  /** Of the file and its external data together. */
  readonly bytes: number;
  /** Of the external data alone. */
  readonly dataBytes: number;
  /** The files whose content this is. */
  readonly stamp: ModelStamp;
  /** ModelProto.producer_name, empty when the file names none. */
  readonly producer: string;
  /** ModelProto.metadata_props; of a key given twice the last value counts. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Field numbers of ModelProto, GraphProto, TensorProto and StringStringEntryProto. */
const PRODUCER_NAME = 2;
const GRAPH = 7;
const METADATA_PROPS = 14;
const GRAPH_INITIALIZER = 5;
const TENSOR_EXTERNAL_DATA = 13;
const ENTRY_KEY = 1;
const ENTRY_VALUE = 2;

/** Key of the metadata under which an imported model states the SHA-256 of its data file: models/README.md. */
const DATA_SHA256 = 'data_sha256';

/** Longest text that is read; a guard against lengths in a damaged file, far above what metadata holds. */
const MAX_TEXT_BYTES = 1 << 20;

/**
 * Reads an ONNX file's facts. Tensors are skipped by their length, so memory does not depend on the file's size. External data
 * is looked for in the initializers of the main graph, where exporters put weights.
 * @throws ModelFileError when a file cannot be read or is no ONNX model, or its data is not the one that it states.
 */
export async function readModelFacts(path: string): Promise<ModelFacts> {
  try {
    const { externalData, ...fields } = await readProto(path);
    const paths = [path, ...externalData.map((name) => join(dirname(path), name))];
    const before = await stampOf(paths);
    const hashes = await Promise.all(paths.map(hashFile));
    const sizes = await Promise.all(paths.map(async (part) => (await stat(part)).size));
    await requireUnchanged(before);
    requireStatedData(basename(path), fields.metadata, externalData, hashes.slice(1));
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    return {
      ...fields,
      sha256: combined(hashes),
      bytes,
      dataBytes: bytes - (sizes[0] ?? 0),
      stamp: before,
    };
  } catch (error) {
    if (error instanceof ModelFileError) throw error;
    // System errors carry a code such as ENOENT; their message would show the folder. What has none came from reading bytes
    // that are no ModelProto.
    if (error instanceof Error && 'code' in error) {
      // The file itself, or one of its external data.
      const file = 'path' in error && typeof error.path === 'string' ? error.path : path;
      const text = `Expected a readable model file, ${basename(file)} gave ${error.code}. Check the path and the permissions.`;
      throw new ModelFileError(text, { cause: error });
    }
    const why = error instanceof DamagedFile ? error.message : 'its content is not that of one';
    const text = `Expected an ONNX model, ${basename(path)} is none (${why}). Give a complete .onnx file.`;
    throw new ModelFileError(text, { cause: error });
  }
}

/** A model whose data is another's computes something, without an error: one that states its data's hash is held to it. */
function requireStatedData(
  file: string,
  metadata: ModelFacts['metadata'],
  dataNames: readonly string[],
  dataHashes: readonly string[],
): void {
  const stated = metadata[DATA_SHA256];
  // It is stated of one data file; several are those of an exporter that knows nothing of the key.
  if (stated === undefined || dataHashes.length !== 1 || dataHashes[0] === stated) return;
  const text = `Expected the data that ${file} was made with, ${dataNames[0]} is damaged or another's: its SHA-256 is not the one that the model states. Copy both files again, or import the model again.`;
  throw new ModelFileError(text);
}

interface ProtoFacts extends Pick<ModelFacts, 'producer' | 'metadata'> {
  /** Paths relative to the file's folder, sorted, each once. */
  readonly externalData: readonly string[];
}

async function readProto(path: string): Promise<ProtoFacts> {
  await using handle = await open(path);
  const file = new ProtoFile(handle, (await handle.stat()).size);
  let producer = '';
  let hasGraph = false;
  const metadata = new Map<string, string>();
  const externalData = new Set<string>();
  for await (const { field, start, end } of file.fields()) {
    if (field === PRODUCER_NAME) producer = (await readText(file, start, end)).toString('utf8');
    if (field === METADATA_PROPS) metadata.set(...readEntry(await readText(file, start, end)));
    if (field !== GRAPH) continue;
    hasGraph = true;
    for await (const initializer of file.fields(start, end)) {
      if (initializer.field !== GRAPH_INITIALIZER) continue;
      for await (const part of file.fields(initializer.start, initializer.end)) {
        if (part.field !== TENSOR_EXTERNAL_DATA) continue;
        const [key, value] = readEntry(await readText(file, part.start, part.end));
        if (key === 'location') externalData.add(value);
      }
    }
  }
  if (!hasGraph) throw new DamagedFile('it holds no graph');
  return { producer, metadata: Object.fromEntries(metadata), externalData: [...externalData].sort() };
}

function readEntry(bytes: Uint8Array): [key: string, value: string] {
  const reader = protobuf.Reader.create(bytes);
  let key = '';
  let value = '';
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag >>> 3 === ENTRY_KEY) key = reader.string();
    else if (tag >>> 3 === ENTRY_VALUE) value = reader.string();
    else reader.skipType(tag & 7);
  }
  return [key, value];
}

function readText(file: ProtoFile, start: number, end: number): Promise<Buffer> {
  if (end - start > MAX_TEXT_BYTES) throw new DamagedFile(`a text of ${end - start} bytes at byte ${start}`);
  return file.read(start, end);
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

function combined([first = '', ...others]: readonly string[]): string {
  if (others.length === 0) return first;
  return createHash('sha256')
    .update([first, ...others].join('\n'))
    .digest('hex');
}
