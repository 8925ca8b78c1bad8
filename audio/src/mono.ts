// Owns the step from stored samples to one channel of numbers in -1…1. Knows neither files nor rates.
// biome-ignore-all lint/style/noNonNullAssertion: every index stays inside its array by the bounds of its loop, which the compiler cannot see
import { floatsFromSigned16 } from '@predict-schemata/floats';
import { AudioError } from './audio-error.ts';
import type { WavAudio } from './wav.ts';
import { BYTES_PER_SAMPLE, type SampleEncoding } from './wav-format.ts';

/** The largest finite 32-bit float, (2 - 2^-23) * 2^127. Models take 32-bit floats, so more is as bad as infinity. */
export const LARGEST_FLOAT32 = (2 - 2 ** -23) * 2 ** 127;

/**
 * Writes the mean of each frame's channels to `mono` and returns it. The mean is taken in float64 and stored once, so a
 * Float32Array holds 8-, 16- and 24-bit mono samples exactly. Integers are divided by 2^(bits - 1), 8-bit ones after their
 * offset of 128 is taken off; floats are taken as they are, also beyond -1…1.
 *
 * @param mono as long as `wav.frameCount`; the caller allocates it, after it has judged the count
 * @throws AudioError INVALID_AUDIO for a NaN, an infinity or a number beyond a 32-bit float, with the place of the first
 */
export function mixToMono<Samples extends Float32Array | Float64Array>(wav: WavAudio, mono: Samples): Samples {
  const { frames, encoding, channelCount, frameCount, frameBytes } = wav;
  if (encoding === 'signed-16' && channelCount === 1) {
    // The most usual file, at a twentieth of the general way's time. 16 bits fit a 32-bit float.
    const floats = mono instanceof Float32Array ? mono : new Float32Array(frameCount);
    floatsFromSigned16(new Uint8Array(frames.buffer, frames.byteOffset, frames.byteLength), floats);
    if (floats !== mono) mono.set(floats);
    return mono;
  }
  const sampleBytes = BYTES_PER_SAMPLE[encoding];
  for (let frame = 0, offset = 0; frame < frameCount; frame++, offset += frameBytes) {
    let sum = 0;
    for (let channel = 0; channel < channelCount; channel++) {
      const sample = sampleAt(frames, offset + channel * sampleBytes, encoding);
      if (!(Math.abs(sample) <= LARGEST_FLOAT32)) throw notFinite(sample, frame, channel);
      sum += sample;
    }
    mono[frame] = sum / channelCount;
  }
  return mono;
}

function sampleAt(frames: DataView, offset: number, encoding: SampleEncoding): number {
  switch (encoding) {
    case 'unsigned-8':
      return (frames.getUint8(offset) - 128) / 128;
    case 'signed-16':
      return frames.getInt16(offset, true) / 2 ** 15;
    case 'signed-24':
      return (frames.getUint16(offset, true) + frames.getInt8(offset + 2) * 2 ** 16) / 2 ** 23;
    case 'signed-32':
      return frames.getInt32(offset, true) / 2 ** 31;
    case 'float-32':
      return frames.getFloat32(offset, true);
    case 'float-64':
      return frames.getFloat64(offset, true);
  }
}

function notFinite(sample: number, frame: number, channel: number): AudioError {
  const what = Number.isFinite(sample) ? 'larger than a 32-bit float can be' : String(sample);
  return new AudioError(
    'INVALID_AUDIO',
    `Expected finite samples, but the one at index ${frame} of channel ${channel} (both counted from 0) is ${what}. ` +
      'Scale the samples to -1…1 before writing the file.',
  );
}
