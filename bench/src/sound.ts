// Owns the one clip that every measurement sends: 2 s of a tone with noise, always the same, as float samples on the 16-bit grid
// and as a WAV file of them. Must not know who reads it.

const SAMPLE_RATE_HZ = 16_000;
export const SAMPLE_COUNT = 32_000;
export const WAV_HEADER_BYTES = 44;

/** 16-bit samples. Noise from a fixed seed (the multiplier and increment of Numerical Recipes), so that digits vary as in real sound. */
function pcm(): Int16Array {
  let state = 1;
  return Int16Array.from({ length: SAMPLE_COUNT }, (_, index) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.round(8_000 * Math.sin(0.17 * index) + 4_000 * (state / 2 ** 31 - 1));
  });
}

/** The samples as a decoder gives them: -1 to 1, exact in float32. */
export function clipSamples(): Float32Array {
  return Float32Array.from(pcm(), (sample) => sample / 32_768);
}

/** The clip as a WAV file: 16 kHz, 16 bits, mono. */
export function clipFile(): Buffer {
  return wavOf(pcm());
}

/** A WAV file of 16-bit mono sound at 16 kHz. */
export function wavOf(samples: Int16Array): Buffer {
  const file = Buffer.alloc(WAV_HEADER_BYTES + samples.byteLength);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(file.length - 8, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(SAMPLE_RATE_HZ, 24);
  file.writeUInt32LE(2 * SAMPLE_RATE_HZ, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(samples.byteLength, 40);
  for (const [index, sample] of samples.entries()) file.writeInt16LE(sample, WAV_HEADER_BYTES + 2 * index);
  return file;
}
