// Owns the names of audio containers that are recognised only to refuse them helpfully. Knows nothing of how WAV is read.

interface Signature {
  readonly name: string;
  readonly offset: number;
  readonly text: string;
}

/** First bytes as the formats' specifications give them, one character a byte. */
const SIGNATURES: readonly Signature[] = [
  { name: 'FLAC', offset: 0, text: 'fLaC' },
  { name: 'Ogg (Vorbis or Opus)', offset: 0, text: 'OggS' },
  { name: 'MP3', offset: 0, text: 'ID3' },
  { name: 'MP4 or M4A', offset: 4, text: 'ftyp' },
  { name: 'WebM or Matroska', offset: 0, text: '\x1a\x45\xdf\xa3' },
  { name: 'AIFF', offset: 0, text: 'FORM' },
  { name: 'big-endian RIFX', offset: 0, text: 'RIFX' },
  { name: 'AVI', offset: 8, text: 'AVI ' },
  { name: 'Sony Wave64', offset: 0, text: 'riff' },
  { name: 'AU', offset: 0, text: '.snd' },
  { name: 'CAF', offset: 0, text: 'caff' },
  { name: 'WavPack', offset: 0, text: 'wvpk' },
  { name: 'AMR', offset: 0, text: '#!AMR' },
];

/** The name of the container that the bytes look like, when it is a known one other than WAV. */
export function foreignContainer(bytes: Uint8Array): string | undefined {
  for (const { name, offset, text } of SIGNATURES) {
    if (hasText(bytes, offset, text)) return name;
  }
  return looksLikeMpegAudio(bytes) ? 'MP3 or AAC' : undefined;
}

/** Whether `text`, one character a byte, stands at `offset`. */
export function hasText(bytes: Uint8Array, offset: number, text: string): boolean {
  if (bytes.length < offset + text.length) return false;
  for (let i = 0; i < text.length; i++) {
    if (bytes[offset + i] !== text.charCodeAt(i)) return false;
  }
  return true;
}

/** Eleven sync bits, then a bit rate index and a sample rate index that are not the forbidden ones (ISO/IEC 11172-3, 2.4.1.3). */
function looksLikeMpegAudio(bytes: Uint8Array): boolean {
  const [sync = 0, version = 0, rates = 0] = bytes;
  return sync === 0xff && (version & 0xe0) === 0xe0 && (rates & 0xf0) !== 0xf0 && (rates & 0x0c) !== 0x0c;
}
