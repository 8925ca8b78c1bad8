// Owns base64 of bytes, by the fastest means of the platform.

/** What newer engines have (Node 25, browsers since 2025). */
interface Base64Bytes extends Uint8Array {
  toBase64?(): string;
}

interface BufferLike {
  from(bytes: ArrayBufferLike, at: number, length: number): { toString(encoding: 'base64'): string };
}

const CHUNK_BYTES = 0x6000;

/** Standard alphabet with padding (RFC 4648, section 4). */
export function base64Of(bytes: Uint8Array): string {
  const native: Base64Bytes = bytes;
  if (native.toBase64 !== undefined) return native.toBase64();
  // Node has it, browsers do not, and this file is for both.
  const { Buffer } = globalThis as { Buffer?: BufferLike };
  if (Buffer !== undefined) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  let text = '';
  // A multiple of 3 bytes has no padding, so that the parts can be joined.
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    text += btoa(String.fromCharCode(...bytes.subarray(at, at + CHUNK_BYTES)));
  }
  return text;
}
