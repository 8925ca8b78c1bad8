// Owns the facts that can be read from an ONNX file without loading it: its hash, size, producer and metadata. Must not
// know onnxruntime. Format: onnx.proto, message ModelProto.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import protobuf from 'protobufjs/minimal.js';
import { ModelFileError } from './model-file-error.ts';

export interface ModelFacts {
  /** SHA-256 of the whole file, 64 lower-case hexadecimal digits. External data files are not part of it. */
  readonly sha256: string;
  readonly bytes: number;
  /** ModelProto.producer_name, empty when the file names none. */
  readonly producer: string;
  /** ModelProto.metadata_props; of a key given twice the last value counts. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Field numbers of ModelProto and of StringStringEntryProto. */
const PRODUCER_NAME = 2;
const GRAPH = 7;
const METADATA_PROPS = 14;
const ENTRY_KEY = 1;
const ENTRY_VALUE = 2;

/** Protocol Buffers wire types that may stand at the top of a ModelProto. */
const VARINT = 0;
const LENGTH_DELIMITED = 2;

/** A tag (5 bytes) and a length or number (10 bytes) always fit. */
const HEADER_BYTES = 16;
/** Longest text that is read; a guard against lengths in a damaged file, far above what metadata holds. */
const MAX_TEXT_BYTES = 1 << 20;

/**
 * Reads an ONNX file's facts. The graph is skipped by its length, so memory does not depend on the file's size.
 * @throws ModelFileError when the file cannot be read or is no ONNX model.
 */
export async function readModelFacts(path: string): Promise<ModelFacts> {
  try {
    await using file = await open(path);
    const { size } = await file.stat();
    const [fields, sha256] = await Promise.all([readFields(file, size), hashFile(path)]);
    return { sha256, bytes: size, ...fields };
  } catch (error) {
    // System errors carry a code such as ENOENT; their message would show the folder. What has none came from reading bytes
    // that are no ModelProto.
    if (error instanceof Error && 'code' in error) {
      const text = `Expected a readable model file, ${basename(path)} gave ${error.code}. Check the path and the permissions.`;
      throw new ModelFileError(text, { cause: error });
    }
    const why = error instanceof DamagedFile ? error.message : 'its content is not that of one';
    const text = `Expected an ONNX model, ${basename(path)} is none (${why}). Give a complete .onnx file.`;
    throw new ModelFileError(text, { cause: error });
  }
}

/** The bytes are not a ModelProto. */
class DamagedFile extends Error {}

async function readFields(file: FileHandle, size: number): Promise<Pick<ModelFacts, 'producer' | 'metadata'>> {
  let producer = '';
  let hasGraph = false;
  const metadata = new Map<string, string>();
  let position = 0;
  while (position < size) {
    const header = await readAt(file, position, Math.min(HEADER_BYTES, size - position));
    const reader = protobuf.Reader.create(header);
    const tag = reader.uint32();
    const field = tag >>> 3;
    const wireType = tag & 7;
    if (wireType === VARINT) reader.uint64();
    else if (wireType !== LENGTH_DELIMITED) throw new DamagedFile(`unknown content at byte ${position}`);
    const length = wireType === LENGTH_DELIMITED ? reader.uint32() : 0;
    const contentAt = position + reader.pos;
    if (contentAt + length > size) throw new DamagedFile(`cut off at byte ${size}`);
    if (wireType === LENGTH_DELIMITED) {
      if (field === GRAPH) hasGraph = true;
      if (field === PRODUCER_NAME) producer = (await readText(file, contentAt, length)).toString('utf8');
      if (field === METADATA_PROPS) metadata.set(...readEntry(await readText(file, contentAt, length)));
    }
    position = contentAt + length;
  }
  if (!hasGraph) throw new DamagedFile('it holds no graph');
  return { producer, metadata: Object.fromEntries(metadata) };
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

function readText(file: FileHandle, position: number, length: number): Promise<Buffer> {
  if (length > MAX_TEXT_BYTES) throw new DamagedFile(`a text of ${length} bytes at byte ${position}`);
  return readAt(file, position, length);
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, position);
  if (bytesRead < length) throw new DamagedFile(`cut off at byte ${position + bytesRead}`);
  return buffer;
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
