// Owns the meaning of a WAV file's fmt chunk: which sample encoding, how many channels, which rate. Knows nothing of the
// other chunks or of the samples.
import { AudioError } from './audio-error.ts';

/** How one sample is stored; all little-endian. */
export type SampleEncoding = 'unsigned-8' | 'signed-16' | 'signed-24' | 'signed-32' | 'float-32' | 'float-64';

export const BYTES_PER_SAMPLE: Readonly<Record<SampleEncoding, number>> = {
  'unsigned-8': 1,
  'signed-16': 2,
  'signed-24': 3,
  'signed-32': 4,
  'float-32': 4,
  'float-64': 8,
};

export interface WavFormat {
  readonly encoding: SampleEncoding;
  readonly channelCount: number;
  readonly sampleRateHz: number;
  /** Bytes of one frame: a sample of each channel. */
  readonly frameBytes: number;
}

const TAG_PCM = 0x0001;
const TAG_FLOAT = 0x0003;
const TAG_EXTENSIBLE = 0xfffe;

const PCM_ENCODINGS: ReadonlyMap<number, SampleEncoding> = new Map([
  [8, 'unsigned-8'],
  [16, 'signed-16'],
  [24, 'signed-24'],
  [32, 'signed-32'],
]);
const FLOAT_ENCODINGS: ReadonlyMap<number, SampleEncoding> = new Map([
  [32, 'float-32'],
  [64, 'float-64'],
]);

/** Compressed formats that WAV files are seen to hold (mmreg.h; RFC 2361). */
const COMPRESSED: ReadonlyMap<number, string> = new Map([
  [0x0002, 'Microsoft ADPCM'],
  [0x0006, 'A-law'],
  [0x0007, 'mu-law'],
  [0x0011, 'IMA ADPCM'],
  [0x0031, 'GSM 6.10'],
  [0x0050, 'MPEG'],
  [0x0055, 'MP3'],
  [0x00ff, 'AAC'],
  [0x0161, 'WMA'],
  [0xf1ac, 'FLAC'],
]);

/** Bytes 2 … 15 of KSDATAFORMAT_SUBTYPE_*; the two before them are a format tag (ksmedia.h). */
const SUBTYPE_TAIL = [0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x80, 0x00, 0x00, 0xaa, 0x00, 0x38, 0x9b, 0x71];

/**
 * Reads the body of a fmt chunk.
 *
 * - Fewer than 16 bytes, or fewer than 40 of WAVE_FORMAT_EXTENSIBLE, no channel, a rate of 0 and a block align other than
 *   channels × bytes per sample are INVALID_AUDIO. The byte rate is redundant, often wrong, and not read.
 * - A compressed format or an unusual number of bits is UNSUPPORTED_AUDIO.
 * - Valid bits of WAVE_FORMAT_EXTENSIBLE stand at the top of their container, so they do not change a sample's scale; 0 means
 *   all, and more than the container holds is INVALID_AUDIO.
 */
export function readFormat(chunk: DataView): WavFormat {
  requireLength(chunk, 16);
  const channelCount = chunk.getUint16(2, true);
  const sampleRateHz = chunk.getUint32(4, true);
  const blockAlign = chunk.getUint16(12, true);
  const bits = chunk.getUint16(14, true);
  const tag = chunk.getUint16(0, true) === TAG_EXTENSIBLE ? readSubFormat(chunk, bits) : chunk.getUint16(0, true);
  const encoding = encodingOf(tag, bits);
  if (channelCount === 0) {
    throw new AudioError('INVALID_AUDIO', 'Expected a WAV file with 1 channel or more, got 0. Write the file anew.');
  }
  if (sampleRateHz === 0) {
    throw new AudioError('INVALID_AUDIO', 'The WAV file says 0 Hz. Write the file anew with its true sample rate.');
  }
  const frameBytes = channelCount * BYTES_PER_SAMPLE[encoding];
  if (blockAlign !== frameBytes) {
    throw new AudioError(
      'INVALID_AUDIO',
      `Expected a block align of ${frameBytes} bytes (${channelCount} channels of ${bits} bits), got ${blockAlign}: ` +
        'the fmt chunk contradicts itself. Write the file anew.',
    );
  }
  return { encoding, channelCount, sampleRateHz, frameBytes };
}

function requireLength(chunk: DataView, length: number): void {
  if (chunk.byteLength >= length) return;
  throw new AudioError(
    'INVALID_AUDIO',
    `Expected a fmt chunk of at least ${length} bytes, got ${chunk.byteLength}. Write the file anew.`,
  );
}

/** The format tag inside a WAVE_FORMAT_EXTENSIBLE chunk. */
function readSubFormat(chunk: DataView, bits: number): number {
  requireLength(chunk, 40);
  const validBits = chunk.getUint16(18, true);
  if (validBits > bits) {
    throw new AudioError(
      'INVALID_AUDIO',
      `Expected at most ${bits} valid bits a sample, got ${validBits}: the fmt chunk contradicts itself. Write the file anew.`,
    );
  }
  if (!SUBTYPE_TAIL.every((byte, i) => chunk.getUint8(26 + i) === byte)) throw unsupported('an unknown sub-format');
  return chunk.getUint16(24, true);
}

function encodingOf(tag: number, bits: number): SampleEncoding {
  const compressed = COMPRESSED.get(tag);
  if (compressed !== undefined) throw unsupported(`${compressed} samples`);
  if (tag !== TAG_PCM && tag !== TAG_FLOAT)
    throw unsupported(`samples of format 0x${tag.toString(16).padStart(4, '0')}`);
  const encoding = (tag === TAG_PCM ? PCM_ENCODINGS : FLOAT_ENCODINGS).get(bits);
  if (encoding === undefined) throw unsupported(`${bits}-bit ${tag === TAG_PCM ? 'integer' : 'float'} samples`);
  return encoding;
}

function unsupported(what: string): AudioError {
  return new AudioError(
    'UNSUPPORTED_AUDIO',
    'Expected PCM samples of 8, 16, 24 or 32 bits or float samples of 32 or 64 bits, ' +
      `but the WAV file holds ${what}. Convert it, for example with: sox in.wav -e signed -b 16 out.wav`,
  );
}
