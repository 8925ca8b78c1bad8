// Owns the way from the bytes of a sound file to the samples that a model takes: one channel, one rate, one length. Knows no
// algorithm; each states what it wants.
// biome-ignore-all lint/style/noNonNullAssertion: every index stays inside its array by the bounds of its loop, which the compiler cannot see
import { AudioError } from './audio-error.ts';
import { LARGEST_FLOAT32, mixToMono } from './mono.ts';
import { resample } from './resample.ts';
import { readWav, type WavAudio } from './wav.ts';

/** The clip that an algorithm takes, and the rates of files from which it may be made. */
export interface WantedClip {
  readonly sampleRateHz: number;
  readonly sampleCount: number;
  readonly minSampleRateHz: number;
  readonly maxSampleRateHz: number;
}

/**
 * Decodes a WAV file to exactly `want.sampleCount` finite mono samples at `want.sampleRateHz`. Channels are averaged; a file
 * at another rate is resampled as `scipy.signal.resample` does. Nothing is padded, cut or clamped. A file that already has
 * the right rate keeps its numbers; results are rounded to 32-bit floats once, at the end.
 *
 * The rate and the resulting count are judged from the header alone, so that a long file costs nothing.
 *
 * @param allocate gives the memory for the samples, whatever it holds
 * @throws AudioError INVALID_AUDIO, UNSUPPORTED_AUDIO, UNSUPPORTED_SAMPLE_RATE or WRONG_SAMPLE_COUNT; nothing else
 */
export function decodeClip(
  bytes: Uint8Array,
  want: WantedClip,
  allocate: (length: number) => Float32Array = (length) => new Float32Array(length),
): Float32Array {
  const wav = readWav(bytes);
  requireRate(wav.sampleRateHz, want);
  requireCount(wav, want);
  return samplesAt(wav, want.sampleRateHz, allocate);
}

/**
 * The samples of a whole WAV file at a rate, as `decodeClip` gives them, whatever its length. Resampling takes time and memory for all
 * of it at once: bound `frameCount` before.
 *
 * @throws AudioError INVALID_AUDIO for samples that are not finite
 */
export function samplesAt<Samples extends Float32Array>(
  wav: WavAudio,
  sampleRateHz: number,
  allocate: (length: number) => Samples,
): Samples {
  if (wav.sampleRateHz === sampleRateHz) return mixToMono(wav, allocate(wav.frameCount));
  const count = resampledCount(wav.frameCount, wav.sampleRateHz, sampleRateHz);
  return toFloat32(resample(mixToMono(wav, new Float64Array(wav.frameCount)), count), allocate(count));
}

/**
 * How many samples `frameCount` frames become at another rate: Python's `round(frameCount * (newRateHz / rateHz))` in
 * float64, where a half goes to the even neighbour.
 */
export function resampledCount(frameCount: number, rateHz: number, newRateHz: number): number {
  const exact = frameCount * (newRateHz / rateHz);
  const below = Math.floor(exact);
  const rest = exact - below;
  if (rest === 0.5) return below + (below % 2);
  return rest < 0.5 ? below : below + 1;
}

function requireRate(sampleRateHz: number, want: WantedClip): void {
  if (sampleRateHz >= want.minSampleRateHz && sampleRateHz <= want.maxSampleRateHz) return;
  throw new AudioError(
    'UNSUPPORTED_SAMPLE_RATE',
    `Expected a sample rate from ${kiloHertz(want.minSampleRateHz)} to ${kiloHertz(want.maxSampleRateHz)}, ` +
      `got ${kiloHertz(sampleRateHz)}. Resample the clip to ${kiloHertz(want.sampleRateHz)} before sending.`,
  );
}

function requireCount({ frameCount, sampleRateHz }: WavAudio, want: WantedClip): void {
  const resampled = sampleRateHz !== want.sampleRateHz;
  const got = resampled ? resampledCount(frameCount, sampleRateHz, want.sampleRateHz) : frameCount;
  if (got === want.sampleCount) return;
  const wanted = seconds(want.sampleCount / want.sampleRateHz);
  const source = resampled ? ` from ${frameCount} at ${kiloHertz(sampleRateHz)}` : '';
  throw new AudioError(
    'WRONG_SAMPLE_COUNT',
    `Expected ${want.sampleCount} samples (${wanted} at ${kiloHertz(want.sampleRateHz)})` +
      `${resampled ? ' after resampling' : ''}, got ${got}${source}. ` +
      `Cut or pad the clip to exactly ${wanted} before sending.`,
  );
}

/** Rounds once. Resampling may overshoot its input, so samples near the largest float could still become infinite here. */
function toFloat32<Samples extends Float32Array>(samples: Float64Array, rounded: Samples): Samples {
  for (let i = 0; i < samples.length; i++) {
    if (!(Math.abs(samples[i]!) <= LARGEST_FLOAT32)) {
      throw new AudioError(
        'INVALID_AUDIO',
        `Expected finite samples, but the one at index ${i} exceeds a 32-bit float after resampling. ` +
          'Scale the samples to -1…1 before writing the file.',
      );
    }
  }
  rounded.set(samples);
  return rounded;
}

function kiloHertz(hertz: number): string {
  return `${hertz / 1000} kHz`;
}

function seconds(value: number): string {
  return `${Number(value.toFixed(3))} s`;
}
