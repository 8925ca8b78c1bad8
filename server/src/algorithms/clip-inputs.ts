// Owns the three forms in which an instance brings one clip: the samples, an audio file, the address of one. For algorithms whose
// instances have these fields; must not know which algorithm that is.
import { decodeClip, decodeWork, type WantedClip } from '@predict-schemata/audio';
import { takeFloats } from '../recycled-memory.ts';
import type { AnyAlgorithm, Decoded } from './algorithm.ts';

/** A parsed instance with one of the three inputs, whatever its variant is called. */
export type ClipInstance =
  | { readonly input_array: Float32Array }
  | { readonly input_bytes: Uint8Array }
  | { readonly gcs_uri: string; readonly bearer_token?: string };

/** The decoding half of an algorithm that takes `clip`. A list of samples must have their right number by its contract. */
export function clipInputs(clip: WantedClip): ClipDecoding {
  return {
    decode(instance) {
      if ('input_array' in instance) return instance.input_array;
      if ('input_bytes' in instance) return decodeClip(instance.input_bytes, clip, takeFloats);
      const { gcs_uri: gcsUri, bearer_token: bearerToken } = instance;
      return { remote: { gcsUri, ...(bearerToken && { bearerToken }) } };
    },
    decodeFile: (bytes) => decodeClip(bytes, clip, takeFloats),
    decodeWork: (instance) => ('input_bytes' in instance ? decodeWork(instance.input_bytes, clip) : 0),
    decodeFileWork: (bytes) => decodeWork(bytes, clip),
  };
}

export interface ClipDecoding extends Required<Pick<AnyAlgorithm, 'decodeFile' | 'decodeFileWork'>> {
  decode(instance: ClipInstance): Decoded;
  decodeWork(instance: ClipInstance): number;
}
