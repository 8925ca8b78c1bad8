// Owns the header of a safetensors file: which tensors stand where, checked against the file's size before a number is read.
// Must not know any model. Format: github.com/huggingface/safetensors, README, "Format".
import { basename } from 'node:path';
import { z } from 'zod';

/** Bytes of one element by the format's name of its type. Types of less than a byte do not occur in checkpoints read here. */
const ELEMENT_BYTES: Readonly<Record<string, number>> = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  I64: 8,
  U64: 8,
  F64: 8,
};

/** The header's length stands in these bytes at the file's start, a little-endian whole number. */
export const LENGTH_BYTES = 8;

/** The longest header that the reference reader accepts. */
export const MAX_HEADER_BYTES = 100_000_000;

/** How a pointer file begins. Source: git-lfs, docs/spec.md: its first line is `version URL`. */
const GIT_LFS_START = 'version ';

/** Where a tensor stands in its file. */
export interface TensorPlace {
  /** The format's name of the element type, for example `BF16`. */
  readonly elementType: string;
  readonly shape: readonly number[];
  /** Its first byte, counted from the start of the file. */
  readonly offset: number;
  readonly bytes: number;
}

const size = z.int().nonnegative();
const headerSchema = z.record(z.string(), z.unknown());
const tensorSchema = z.object({
  dtype: z.enum(Object.keys(ELEMENT_BYTES)),
  shape: z.array(size),
  data_offsets: z.tuple([size, size]),
});

/**
 * Reads the length of the header from the first 8 bytes.
 * @throws Error when the file is shorter, or the length is no header's.
 */
export function headerLength(file: string, start: Uint8Array, fileBytes: number): number {
  if (start.byteLength < LENGTH_BYTES)
    throw damaged(file, `at least ${LENGTH_BYTES} bytes`, `${start.byteLength} bytes`);
  const length = new DataView(start.buffer, start.byteOffset).getBigUint64(0, true);
  const longest = Math.min(MAX_HEADER_BYTES, fileBytes - LENGTH_BYTES);
  if (length < 2n || length > BigInt(longest)) {
    const text = new TextDecoder('latin1').decode(start.subarray(0, LENGTH_BYTES));
    if (text === GIT_LFS_START)
      throw new Error(
        `${basename(file)}: expected a safetensors file, got the pointer that git leaves in its place. Run \`git lfs pull\` in that folder.`,
      );
    const came = /^[\t\n\r -~]+$/.test(text) ? 'a text' : `a length of ${length}`;
    throw damaged(file, `a header of 2 to ${longest} bytes`, came);
  }
  return Number(length);
}

/**
 * Reads the header's text. The tensors have to follow each other without gap and to end where the file ends, as the format asks,
 * so that a truncated file is found without reading it.
 * @throws Error that names the first place that does not fit.
 */
export function readHeader(file: string, header: Uint8Array, fileBytes: number): Map<string, TensorPlace> {
  const dataStart = LENGTH_BYTES + header.byteLength;
  const places = new Map<string, TensorPlace>();
  for (const [name, value] of Object.entries(parseObject(file, header))) {
    if (name !== '__metadata__') places.set(name, toPlace(file, name, value, dataStart));
  }
  let end = dataStart;
  for (const [name, { offset, bytes }] of [...places].toSorted(
    ([, a], [, b]) => a.offset - b.offset || a.bytes - b.bytes,
  )) {
    if (offset !== end)
      throw damaged(file, `tensor ${name} at byte ${end}, where the one before it ends`, `byte ${offset}`);
    end += bytes;
  }
  if (end !== fileBytes) throw damaged(file, `${end} bytes, as the header says`, `${fileBytes} bytes`);
  return places;
}

function parseObject(file: string, header: Uint8Array): Record<string, unknown> {
  try {
    return headerSchema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(header)));
  } catch {
    throw damaged(file, 'a JSON object as header', `${header.byteLength} bytes that are none`);
  }
}

function toPlace(file: string, name: string, value: unknown, dataStart: number): TensorPlace {
  const parsed = tensorSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw damaged(
      file,
      `dtype, shape and data_offsets of tensor ${name}`,
      `${issue?.path.join('.')}: ${issue?.message}`,
    );
  }
  const { dtype, shape, data_offsets } = parsed.data;
  const [begin, end] = data_offsets;
  const bytes = shape.reduce((product, dim) => product * dim, ELEMENT_BYTES[dtype] ?? Number.NaN);
  if (end - begin !== bytes)
    throw damaged(file, `${bytes} bytes for tensor ${name} (${dtype} [${shape.join(', ')}])`, `${end - begin}`);
  return { elementType: dtype, shape, offset: dataStart + begin, bytes };
}

function damaged(file: string, expected: string, came: string): Error {
  return new Error(
    `${basename(file)} is no complete safetensors file: expected ${expected}, got ${came}. Download it again.`,
  );
}
