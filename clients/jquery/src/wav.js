// Owns WAV files out of samples, the shortest that loses nothing. Must not know where samples come from or go to.

const HEADER_BYTES = 44;
/** A server reads 16-bit samples as multiples of 2^-15. */
const INT16_SCALE = 32_768;

/**
 * Integers, and floats that are all multiples of 2^-15 from -1 to below 1, as those of a 16-bit recording are, take 2 bytes; other
 * floats 4, which is what a model computes with.
 *
 * @param {PredictSchemata.Samples} samples
 */
function bytesPerSample(samples) {
  if (samples instanceof Int16Array) return 2;
  const integer = new Int16Array(1);
  for (let index = 0; index < samples.length; index++) {
    const scaled = samples[index] * INT16_SCALE;
    integer[0] = scaled;
    if (integer[0] !== scaled) return 4;
  }
  return 2;
}

/** A RIFF/WAVE file with one channel. @param {PredictSchemata.Samples} samples @param {number} sampleRateHz */
function encodeWav(samples, sampleRateHz) {
  const size = bytesPerSample(samples);
  const file = new Uint8Array(HEADER_BYTES + samples.length * size);
  const view = new DataView(file.buffer);
  /** @param {number} at @param {string} letters */
  const text = (at, letters) =>
    file.set(
      Array.from(letters, (letter) => letter.charCodeAt(0)),
      at,
    );
  text(0, 'RIFF');
  view.setUint32(4, file.length - 8, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, size === 4 ? 3 : 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRateHz, true);
  view.setUint32(28, sampleRateHz * size, true);
  view.setUint16(32, size, true);
  view.setUint16(34, size * 8, true);
  text(36, 'data');
  view.setUint32(40, samples.length * size, true);
  const scale = samples instanceof Int16Array ? 1 : INT16_SCALE;
  for (let index = 0; index < samples.length; index++) {
    const at = HEADER_BYTES + index * size;
    if (size === 4) view.setFloat32(at, samples[index], true);
    else view.setInt16(at, samples[index] * scale, true);
  }
  return file;
}
