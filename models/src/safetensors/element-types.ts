// Owns the way from a safetensors tensor's bytes to float32 numbers. Must not know files.

/** The types of weights that are read; each of their numbers is a float32 number. */
export const FLOAT_TYPES = ['F32', 'F16', 'BF16'] as const;
export type FloatType = (typeof FLOAT_TYPES)[number];

export function isFloatType(name: string): name is FloatType {
  return (FLOAT_TYPES as readonly string[]).includes(name);
}

/**
 * Widens to float32, exactly. `bytes` are little-endian, as the format has them and every platform that the runtime is built
 * for, and begin at a multiple of 4 in their buffer.
 */
export function toFloat32(type: FloatType, bytes: Uint8Array): Float32Array {
  const { buffer, byteOffset, byteLength } = bytes;
  if (type === 'F32') return new Float32Array(buffer, byteOffset, byteLength / 4);
  if (type === 'F16') return Float32Array.from(new Float16Array(buffer, byteOffset, byteLength / 2));
  // bfloat16 is the upper half of a float32 number.
  const widened = Uint32Array.from(new Uint16Array(buffer, byteOffset, byteLength / 2), (half) => half << 16);
  return new Float32Array(widened.buffer);
}
