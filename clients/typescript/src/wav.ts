// Owns WAV files out of samples, the shortest that loses nothing. Must not know where samples come from or go to.

/** Samples of one channel: integers of 16 bits, or floats whose usual range is -1 to 1. */
export type Samples = Int16Array | Float32Array | Float64Array;

const HEADER_BYTES = 44;
/** A server reads 16-bit samples as multiples of 2^-15. */
const INT16_SCALE = 32_768;

/**
 * A RIFF/WAVE file with one channel. Floats that are all multiples of 2^-15 from -1 to below 1, as those of a 16-bit recording
 * are, are written as 16-bit integers; others as 32-bit floats, which is what a model computes with.
 */
export function encodeWav(samples: Samples, sampleRateHz: number): Uint8Array {
  const integers = samples instanceof Int16Array ? samples : asIntegers(samples);
  const sampleBytes = integers === undefined ? 4 : 2;
  const file = new Uint8Array(HEADER_BYTES + samples.length * sampleBytes);
  const view = new DataView(file.buffer);
  const text = (at: number, letters: string): void => {
    for (let index = 0; index < letters.length; index++) file[at + index] = letters.charCodeAt(index);
  };
  text(0, 'RIFF');
  view.setUint32(4, file.length - 8, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, integers === undefined ? 3 : 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRateHz, true);
  view.setUint32(28, sampleRateHz * sampleBytes, true);
  view.setUint16(32, sampleBytes, true);
  view.setUint16(34, sampleBytes * 8, true);
  text(36, 'data');
  view.setUint32(40, samples.length * sampleBytes, true);
  if (integers === undefined) {
    for (let index = 0; index < samples.length; index++) {
      view.setFloat32(HEADER_BYTES + index * 4, samples[index] ?? 0, true);
    }
  } else {
    for (let index = 0; index < integers.length; index++) {
      view.setInt16(HEADER_BYTES + index * 2, integers[index] ?? 0, true);
    }
  }
  return file;
}

function asIntegers(samples: Float32Array | Float64Array): Int16Array | undefined {
  const integers = new Int16Array(samples.length);
  for (let index = 0; index < samples.length; index++) {
    const scaled = (samples[index] ?? 0) * INT16_SCALE;
    integers[index] = scaled;
    if (integers[index] !== scaled) return undefined;
  }
  return integers;
}
