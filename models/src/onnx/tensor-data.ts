// Owns a constant's way into the file: its element type, its bytes, and whether these stand inside or beside the model.
// Must not know graphs; writes no file itself.
import { DATA_TYPE, EXTERNAL_DATA_LOCATION, type Tensor } from './messages.ts';

/** The numbers of a constant; the class of the array states the element type. */
export type TensorValues = Float32Array | Float16Array | BigInt64Array | Int32Array | Int8Array | Uint8Array;

/**
 * A second file for the bytes of large constants. Needed when they come near protobuf's limit of 2 GiB for one message, and
 * useful before, since onnxruntime maps such a file into memory.
 */
export interface ExternalData {
  /** Path of the file as the model names it: relative to the model's folder. */
  readonly location: string;
  /** Constants smaller than this many bytes stay inside the model. */
  readonly minBytes: number;
  /** Takes a constant's bytes and returns the offset in bytes at which they stand in the file. */
  append(bytes: Uint8Array): number;
}

/** Describes a constant. Throws when the number of values is not the product of `dims`. */
export function toTensor(name: string, dims: readonly number[], values: TensorValues, external?: ExternalData): Tensor {
  const expected = dims.reduce((product, dim) => product * dim, 1);
  if (values.length !== expected) {
    throw new Error(`constant ${name}: expected ${expected} values for [${dims.join(', ')}], got ${values.length}`);
  }
  const tensor = { name, dims, dataType: dataTypeOf(values) };
  // ONNX wants little-endian bytes; each platform for which the runtime is built is little-endian.
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  if (external === undefined || bytes.byteLength < external.minBytes) return { ...tensor, rawData: bytes };
  const externalData = [
    { key: 'location', value: external.location },
    { key: 'offset', value: String(external.append(bytes)) },
    { key: 'length', value: String(bytes.byteLength) },
  ];
  return { ...tensor, externalData, dataLocation: EXTERNAL_DATA_LOCATION };
}

function dataTypeOf(values: TensorValues): number {
  if (values instanceof Float32Array) return DATA_TYPE.float32;
  if (values instanceof Float16Array) return DATA_TYPE.float16;
  if (values instanceof BigInt64Array) return DATA_TYPE.int64;
  if (values instanceof Int32Array) return DATA_TYPE.int32;
  return values instanceof Int8Array ? DATA_TYPE.int8 : DATA_TYPE.uint8;
}
