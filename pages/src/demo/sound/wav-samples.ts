// Owns reading a WAV file exactly as the server does, to the last bit, so that a window which is the whole file gets the server's own
// answer for it. Browsers do not: Chromium divides positive 16-bit samples by 32767 and negative ones by 32768, drops the part of a
// sample that resampling leaves at the end, and cannot decode some forms that the server reads.
import { AudioError, readWav, samplesAt, type WavAudio } from '@predict-schemata/audio';

/**
 * Longer files at another rate are left to the browser: the Fourier method takes a whole file at once, a second for a million frames
 * (20 s at 48 kHz).
 */
const MAX_RESAMPLED_FRAMES = 1_000_000;

/** Mono samples at `sampleRateHz`; undefined for what the browser is to decode; an error, in words, for a WAV file that is broken. */
export function samplesOfWav(
  bytes: Uint8Array,
  sampleRateHz: number,
): Float32Array<ArrayBuffer> | AudioError | undefined {
  if (!/^(RIFF|RF64|BW64)....WAVE/s.test(String.fromCharCode(...bytes.subarray(0, 12)))) return undefined;
  try {
    const wav: WavAudio = readWav(bytes);
    const isLong = wav.sampleRateHz !== sampleRateHz && wav.frameCount > MAX_RESAMPLED_FRAMES;
    return isLong ? undefined : samplesAt(wav, sampleRateHz, (length) => new Float32Array(length));
  } catch (error) {
    if (!(error instanceof AudioError)) throw error;
    // A form that this code does not read may be one that the browser does.
    return error.reason === 'UNSUPPORTED_AUDIO' ? undefined : error;
  }
}
