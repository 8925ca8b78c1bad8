// Owns making small WAV files from a few facts, right or wrong ones. Must not know which of them a server takes.

/** A tone with a little noise; without facts a clip of 2 s at 16 kHz, 16 bits, mono. */
export interface WavFacts {
  readonly rateHz?: number;
  readonly channels?: number;
  readonly bits?: number;
  /** 1 PCM, 3 float; others are written into the header alone. */
  readonly formatTag?: number;
  /** 2 s by default. */
  readonly frames?: number;
  readonly toneHz?: number;
}

/** A RIFF file with a 16-byte fmt chunk: the samples begin at byte 44. */
export function wavFile({
  rateHz = 16_000,
  channels = 1,
  bits = 16,
  formatTag = 1,
  frames = rateHz * 2,
  toneHz = 440,
}: WavFacts): Buffer {
  const sampleBytes = Math.ceil(bits / 8);
  const dataBytes = frames * channels * sampleBytes;
  const file = Buffer.alloc(44 + dataBytes);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(36 + dataBytes, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(formatTag, 20);
  file.writeUInt16LE(channels, 22);
  file.writeUInt32LE(rateHz, 24);
  file.writeUInt32LE(rateHz * channels * sampleBytes, 28);
  file.writeUInt16LE(channels * sampleBytes, 32);
  file.writeUInt16LE(bits, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(dataBytes, 40);
  for (let index = 0; index < frames * channels; index++) {
    const at = 44 + index * sampleBytes;
    const value = 0.5 * Math.sin((2 * Math.PI * toneHz * Math.floor(index / channels)) / rateHz) + noise(index);
    if (formatTag === 3 && bits === 32) file.writeFloatLE(value, at);
    else if (bits === 8) file.writeUInt8(Math.round(value * 127) + 128, at);
    else if (bits === 16) file.writeInt16LE(Math.round(value * 32_767), at);
  }
  return file;
}

/** The fractional part of a multiple of the golden ratio: spread evenly, and the same everywhere. */
function noise(index: number): number {
  return ((index * 0.618_033_988_749_895) % 1) * 0.02 - 0.01;
}
