// Owns the step from a file to samples: WAV files as the server reads them, all else with the browser's own decoders and its own
// resampling. Must not know an algorithm.
import { mixToMono } from './mono.ts';
import { samplesOfWav } from './wav-samples.ts';

/** More would hold the page's memory for minutes; an hour of compressed sound is less. */
const MAX_FILE_BYTES = 100_000_000;

/** Why a file cannot be used, in words for the person who chose it. */
export class UnusableFileError extends Error {
  override readonly name = 'UnusableFileError';
}

/** One channel at `sampleRateHz`, usually -1 to 1. Throws UnusableFileError. */
export async function decodeFile(file: Blob, sampleRateHz: number): Promise<Float32Array<ArrayBuffer>> {
  if (file.size === 0) throw new UnusableFileError('It is empty.');
  if (file.size > MAX_FILE_BYTES) {
    throw new UnusableFileError(
      `It has ${megabytes(file.size)}, and this page reads at most ${megabytes(MAX_FILE_BYTES)}. Cut it into parts.`,
    );
  }
  const bytes = await file.arrayBuffer().catch((cause: unknown) => {
    throw new UnusableFileError('The browser cannot read it. Choose it once more.', { cause });
  });
  const wav = samplesOfWav(new Uint8Array(bytes), sampleRateHz);
  if (wav instanceof Error) throw new UnusableFileError(wav.message, { cause: wav });
  return wav ?? (await decodeInBrowser(bytes, sampleRateHz));
}

async function decodeInBrowser(bytes: ArrayBuffer, sampleRateHz: number): Promise<Float32Array<ArrayBuffer>> {
  // Decoding resamples to the rate of its context, with a better filter than playing into one does.
  const context = new OfflineAudioContext(1, 1, sampleRateHz);
  const sound = await context.decodeAudioData(bytes).catch((cause: unknown) => {
    throw new UnusableFileError(
      'It is not sound that this browser can decode. WAV, MP3, FLAC, OGG and M4A work in most browsers.',
      { cause },
    );
  });
  const channels = Array.from({ length: sound.numberOfChannels }, (_, index) => sound.getChannelData(index));
  return mixToMono(channels);
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1_000_000)} MB`;
}
