// Owns the forms in which a page may hand over a sound: each is measured before anything is sent, and read when its call is. Must not
// know how calls are made.

/** @typedef {PredictSchemata.Piece} Piece */

const WHAT_A_SOUND_IS =
  'Expected a WAV file (File, Blob, ArrayBuffer or Uint8Array), samples (Int16Array, Float32Array or Float64Array), ' +
  '{ samples, sampleRateHz } or { uri }';

/** @param {unknown} value @returns {value is PredictSchemata.Samples} */
const isSamples = (value) =>
  value instanceof Int16Array || value instanceof Float32Array || value instanceof Float64Array;

/**
 * @param {PredictSchemata.AlgorithmFacts} algorithm
 * @param {PredictSchemata.Sound} sound
 * @param {number} index
 * @returns {Piece}
 */
function pieceOf(algorithm, sound, index) {
  /** @param {number} size @param {() => Uint8Array | Promise<Uint8Array>} read @returns {Piece} */
  const file = (size, read) => ({
    index,
    // Base64 and field names are ASCII, so that characters are bytes: 4 for each 3, and 7 for braces, quotes and the colon.
    bytes: Math.ceil(size / 3) * 4 + algorithm.fileField.length + 7,
    async instance() {
      try {
        return { [algorithm.fileField]: base64Of(await read()) };
      } catch (cause) {
        // A file may have been moved or changed since it was chosen.
        throw new Error(`The sound at ${index} could not be read. Choose the file again.`, { cause });
      }
    },
  });
  /** @param {PredictSchemata.Samples} samples @param {number} rateHz */
  const recording = (samples, rateHz) =>
    file(HEADER_BYTES + samples.length * bytesPerSample(samples), () => encodeWav(samples, rateHz));

  if (isSamples(sound)) return recording(sound, algorithm.sampleRateHz);
  if (sound instanceof Uint8Array) return file(sound.length, () => sound);
  if (sound instanceof ArrayBuffer) return file(sound.byteLength, () => new Uint8Array(sound));
  if (sound instanceof Blob) return file(sound.size, async () => new Uint8Array(await sound.arrayBuffer()));
  if (typeof sound === 'object' && sound !== null) {
    if ('samples' in sound && isSamples(sound.samples) && sound.sampleRateHz > 0) {
      return recording(sound.samples, sound.sampleRateHz);
    }
    if ('uri' in sound && algorithm.uriField !== undefined) {
      const { uriField, uriTokenField } = algorithm;
      const hasToken = uriTokenField !== undefined && sound.token !== undefined;
      const instance = { [uriField]: sound.uri, ...(hasToken && { [uriTokenField]: sound.token }) };
      return { index, bytes: new Blob([JSON.stringify(instance)]).size, instance: async () => instance };
    }
  }
  throw new TypeError(`${WHAT_A_SOUND_IS}; the sound at ${index} is none of these.`);
}

const BASE64_CHUNK_BYTES = 0x6000;

/** Standard alphabet with padding (RFC 4648, section 4). @param {Uint8Array & { toBase64?(): string }} bytes */
function base64Of(bytes) {
  // Browsers since 2025.
  if (bytes.toBase64 !== undefined) return bytes.toBase64();
  let text = '';
  // A multiple of 3 bytes has no padding, so that the parts can be joined.
  for (let at = 0; at < bytes.length; at += BASE64_CHUNK_BYTES) {
    text += btoa(String.fromCharCode(...bytes.subarray(at, at + BASE64_CHUNK_BYTES)));
  }
  return text;
}
