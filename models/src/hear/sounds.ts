// Owns reading a folder of sound files as the clips of a verification. Must not know models.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AudioError, decodeClip } from '@predict-schemata/audio';
import { CLIP_SAMPLES, SAMPLE_RATE_HZ } from '../front-end/settings.ts';

export interface Sound {
  /** Name of the file. */
  readonly name: string;
  readonly clip: Float32Array;
}

/** As the server takes files: 4 to 192 kHz, mixed and resampled, then exactly a clip. */
const WANTED = {
  sampleRateHz: SAMPLE_RATE_HZ,
  sampleCount: CLIP_SAMPLES,
  minSampleRateHz: 4_000,
  maxSampleRateHz: 192_000,
} as const;

/**
 * The folder's WAV files that are clips, by name; others, of another length or damaged, are left out.
 * @throws Error when none is a clip.
 */
export async function readSounds(folder: string): Promise<Sound[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.wav')).toSorted();
  const sounds: Sound[] = [];
  for (const name of names) {
    const clip = toClip(await readFile(join(folder, name)));
    if (clip !== undefined) sounds.push({ name, clip });
  }
  if (sounds.length === 0) throw new Error('--sounds: expected WAV files of 2 s in the folder, found none.');
  return sounds;
}

function toClip(bytes: Uint8Array): Float32Array | undefined {
  try {
    return decodeClip(bytes, WANTED);
  } catch (error) {
    if (error instanceof AudioError) return undefined;
    throw error;
  }
}
