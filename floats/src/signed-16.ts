// Owns the fast way from 16-bit samples to 32-bit floats, through a window of fixed size. Must not know where they come from.
import { floats, scaleWindow, text, windowBytes } from './module.ts';

const BYTES_PER_SAMPLE = 2;

/**
 * Writes the little-endian signed 16-bit integers in `bytes`, each divided by 2^15, to the front of `out`: exactly, from -1 to
 * 32767/32768. `bytes` may begin anywhere in its memory. Throws RangeError where `out` has no room for them.
 */
export function floatsFromSigned16(bytes: Uint8Array, out: Float32Array): void {
  for (let at = 0; at < bytes.length; at += windowBytes) {
    const part = bytes.subarray(at, at + windowBytes);
    const samples = part.length / BYTES_PER_SAMPLE;
    text.set(part);
    scaleWindow(samples);
    out.set(floats.subarray(0, samples), at / BYTES_PER_SAMPLE);
  }
}
