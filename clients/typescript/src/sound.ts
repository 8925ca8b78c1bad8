// Owns the forms in which a caller may hand over a sound, and turning each into a WAV file or an address. Must not know the wire.
import { encodeWav, type Samples } from './wav.ts';

/** A WAV file whose bytes are fetched when they are needed, for example `soundFile(path)` of `predict-schemata-client/node`. */
export interface LazyFile {
  read(): Promise<Uint8Array>;
}

/**
 * One sound: a WAV file (its bytes, a Blob or File, a LazyFile), samples (16-bit integers or floats) at the algorithm's rate or with
 * a rate of their own, or the address of a WAV file in cloud storage with a token that may read it.
 */
export type Sound =
  | Uint8Array
  | ArrayBuffer
  | Blob
  | LazyFile
  | Samples
  | { readonly samples: Samples; readonly sampleRateHz: number }
  | { readonly uri: string; readonly token?: string };

export type Resolved = { readonly file: Uint8Array } | { readonly uri: string; readonly token: string | undefined };

export async function resolveSound(sound: Sound, sampleRateHz: number): Promise<Resolved> {
  if (isSamples(sound)) return { file: encodeWav(sound, sampleRateHz) };
  if (sound instanceof Uint8Array) return { file: sound };
  if (sound instanceof ArrayBuffer) return { file: new Uint8Array(sound) };
  if (sound instanceof Blob) return { file: new Uint8Array(await sound.arrayBuffer()) };
  if (typeof sound === 'object' && sound !== null) {
    if ('read' in sound) return { file: await sound.read() };
    if ('uri' in sound) return { uri: sound.uri, token: sound.token };
    if ('samples' in sound && isSamples(sound.samples)) return { file: encodeWav(sound.samples, sound.sampleRateHz) };
  }
  throw new TypeError(
    'Expected a WAV file (Uint8Array, ArrayBuffer, Blob or soundFile(path)), samples (Int16Array, Float32Array or Float64Array), ' +
      '{ samples, sampleRateHz } or { uri }.',
  );
}

function isSamples(value: unknown): value is Samples {
  return value instanceof Int16Array || value instanceof Float32Array || value instanceof Float64Array;
}
