// Owns writing safetensors files, tensor by tensor, in one file or in several with an index. Must not know any model.
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { FloatType } from './element-types.ts';
import { LENGTH_BYTES } from './header.ts';

export interface WrittenTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** The numbers in row-major order; called once, when they are written. */
  values(): Float32Array;
}

export interface WriteOptions {
  readonly type: FloatType;
  /** Files to spread the tensors over, in their order; 1 gives `model.safetensors` alone. */
  readonly files: number;
}

/** Writes `model.safetensors`, or `model-00001-of-0000N.safetensors` and so on with their index, into a folder that exists. */
export function writeCheckpoint(
  folder: string,
  tensors: readonly WrittenTensor[],
  { type, files }: WriteOptions,
): void {
  if (files === 1) {
    writeFile(join(folder, 'model.safetensors'), tensors, type);
    return;
  }
  const weightMap: Record<string, string> = {};
  const perFile = Math.ceil(tensors.length / files);
  const digits = (value: number) => String(value).padStart(5, '0');
  for (let file = 0; file < files; file += 1) {
    const name = `model-${digits(file + 1)}-of-${digits(files)}.safetensors`;
    const part = tensors.slice(file * perFile, (file + 1) * perFile);
    writeFile(join(folder, name), part, type);
    for (const tensor of part) weightMap[tensor.name] = name;
  }
  writeFileSync(
    join(folder, 'model.safetensors.index.json'),
    `${JSON.stringify({ metadata: {}, weight_map: weightMap }, null, 2)}\n`,
  );
}

function writeFile(path: string, tensors: readonly WrittenTensor[], type: FloatType): void {
  const elementBytes = type === 'F32' ? 4 : 2;
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  let end = 0;
  for (const { name, shape } of tensors) {
    const begin = end;
    end += elementBytes * shape.reduce((product, dim) => product * dim, 1);
    header[name] = { dtype: type, shape, data_offsets: [begin, end] };
  }
  const text = JSON.stringify(header);
  // Spaces at the header's end bring the numbers to a multiple of 8 bytes, as the reference writer does.
  const padded = text.padEnd(Math.ceil(text.length / 8) * 8);
  const start = Buffer.alloc(LENGTH_BYTES + Buffer.byteLength(padded));
  start.writeBigUInt64LE(BigInt(start.byteLength - LENGTH_BYTES));
  start.write(padded, LENGTH_BYTES);
  const descriptor = openSync(path, 'w');
  try {
    writeAll(descriptor, start);
    for (const tensor of tensors) writeAll(descriptor, narrow(type, tensor.values()));
  } finally {
    closeSync(descriptor);
  }
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.byteLength; ) {
    done += writeSync(descriptor, bytes, done, bytes.byteLength - done);
  }
}

/** Rounds to the type, float32 to bfloat16 by the nearest with ties to even. */
function narrow(type: FloatType, values: Float32Array): Uint8Array {
  const rounded = type === 'F32' ? values : type === 'F16' ? new Float16Array(values) : toBfloat16(values);
  return new Uint8Array(rounded.buffer, rounded.byteOffset, rounded.byteLength);
}

function toBfloat16(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return Uint16Array.from(bits, (value) => (value + 0x7fff + ((value >>> 16) & 1)) >>> 16);
}
