// Checks which WAV files are read, how their samples are scaled, and with which words the others are refused.
import { describe, expect, test } from 'vitest';
import { chunkBytes, type StoredAs, type WavOptions, wavBytes } from '../../fixtures/scripts/wav-bytes.ts';
import { AudioError, MAX_MESSAGE_LENGTH } from './audio-error.ts';
import { mixToMono } from './mono.ts';
import { readWav } from './wav.ts';

/** Quarters are exact in every encoding. */
const QUARTERS = [0, 0.25, -0.25, 0.5, -0.5, -1];

function wav(options: Partial<WavOptions> = {}): Uint8Array {
  return wavBytes({ samples: QUARTERS, sampleRateHz: 8000, storedAs: 's16', ...options });
}

function monoOf(bytes: Uint8Array): number[] {
  const audio = readWav(bytes);
  return [...mixToMono(audio, new Float64Array(audio.frameCount))];
}

function refusalOf(bytes: Uint8Array): AudioError {
  try {
    monoOf(bytes);
  } catch (error) {
    if (!(error instanceof AudioError)) throw error;
    expect(error.message.length).toBeLessThanOrEqual(MAX_MESSAGE_LENGTH);
    return error;
  }
  throw new Error('Expected a refusal.');
}

/** The file with one field of its header overwritten; a plain file's fmt body starts at byte 20, its data chunk at 36. */
function patched(bytes: Uint8Array, patch: (view: DataView) => void): Uint8Array {
  const copy = Uint8Array.from(bytes);
  patch(new DataView(copy.buffer));
  return copy;
}

function latin1(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

describe('readWav and mixToMono', () => {
  test.each<StoredAs>(['u8', 's16', 's24', 's32', 'f32', 'f64'])('read %s, plain and extensible', (storedAs) => {
    expect(monoOf(wav({ storedAs }))).toEqual(QUARTERS);
    expect(monoOf(wav({ storedAs, validBits: 8 }))).toEqual(QUARTERS);
  });

  test.each<[StoredAs, number, number]>([
    ['u8', 127 / 128, 1 / 128],
    ['s16', 32767 / 32768, 1 / 32768],
    ['s24', 8388607 / 8388608, -3 / 8388608],
    ['s32', 2147483647 / 2147483648, -5 / 2147483648],
    ['f64', Math.PI, 1e-300],
    ['f32', 2.5, 2 ** -149],
  ])('read the ends of %s exactly', (storedAs, top, small) => {
    expect(monoOf(wav({ storedAs, samples: [top, small, -1] }))).toEqual([top, small, -1]);
  });

  test('average any number of channels', () => {
    expect(monoOf(wav({ samples: [0.5, -0.25, 1, -1], storedAs: 'f32', channelCount: 2 }))).toEqual([0.125, 0]);
    expect(monoOf(wav({ samples: [0.1, 0.2, 0.3, 0.4, 0.5], storedAs: 'f64', channelCount: 5 }))).toEqual([1.5 / 5]);
    expect(readWav(wav({ samples: new Float64Array(600), storedAs: 'u8', channelCount: 300 })).frameCount).toBe(2);
  });

  const listOf = (length: number) => ({ id: 'LIST', body: new Uint8Array(length).fill(100) });
  test.each<[string, Partial<WavOptions>]>([
    [
      'chunks of odd and even size around the samples',
      { before: [listOf(5), listOf(0), listOf(6)], after: [listOf(7)] },
    ],
    ['a second fmt chunk, which does not count', { before: [{ id: 'fmt ', body: new Uint8Array(3) }] }],
    ['a data size of 0', { dataSize: 0 }],
    ['the data size that ffmpeg pipes', { dataSize: 0xffff_ffff }],
    ['the data size that sox and espeak-ng pipe', { dataSize: 0x7fff_f000 }],
    ['RF64', { container: 'RF64' }],
    ['BW64', { container: 'BW64' }],
    ['RF64 without a size', { container: 'RF64', dataSize: 0 }],
  ])('read %s', (_what, options) => {
    expect(monoOf(wav(options))).toEqual(QUARTERS);
  });

  test('read the samples that the data size names and not what follows', () => {
    expect(monoOf(wav({ dataSize: 4 }))).toEqual([0, 0.25]);
    expect(monoOf(Buffer.concat([wav(), latin1('garbage')]))).toEqual(QUARTERS);
  });

  test('do not believe the sizes that streaming programs cannot know', () => {
    for (const size of [0, 5, 0xffff_ffff]) {
      expect(monoOf(patched(wav(), (view) => view.setUint32(4, size, true)))).toEqual(QUARTERS);
    }
    expect(monoOf(patched(wav(), (view) => view.setUint32(28, 77, true)))).toEqual(QUARTERS);
  });

  test('read a file that starts anywhere in a larger buffer', () => {
    const file = wav({ storedAs: 'f64' });
    const larger = new Uint8Array(file.length + 30).fill(255);
    larger.set(file, 13);
    expect(monoOf(larger.subarray(13, 13 + file.length))).toEqual(QUARTERS);
  });

  const riff = (...chunks: Uint8Array[]) => Buffer.concat([latin1('RIFF\0\0\0\0WAVE'), ...chunks]);
  const plain = wav();
  test.each<[string, Uint8Array, RegExp]>([
    ['no bytes', new Uint8Array(0), /got 0 bytes that do not start as one/],
    ['a text', latin1('hello there, this is no sound'), /got 29 bytes/],
    ['RIFF of another kind', latin1('RIFF\0\0\0\0WEBPVP8 '), /Expected a WAV file/],
    ['only the first header', plain.subarray(0, 12), /Expected a data chunk.*after 12 bytes/],
    ['a header cut in fmt', plain.subarray(0, 30), /fmt chunk of the WAV file claims 16 bytes, but 10 are there/],
    ['a header cut before data', plain.subarray(0, 40), /Expected a data chunk/],
    ['half of the samples', plain.subarray(0, 50), /data chunk of the WAV file claims 12 bytes, but 6 are there/],
    ['a lying data size', wav({ dataSize: 0x1000_0000 }), /claims 268435456 bytes, but 12 are there/],
    ['a lying LIST size', riff(chunkBytes(listOf(4), 0x7fff_ffff)), /LIST chunk.*claims 2147483647 bytes, but 4/],
    ['unprintable chunk names', riff(chunkBytes({ id: '\x01\x02ab', body: new Uint8Array(0) }, 9)), /The \?\?ab chunk/],
    ['data before fmt', riff(chunkBytes({ id: 'data', body: new Uint8Array(4) })), /fmt chunk before the data chunk/],
    ['a short fmt chunk', riff(chunkBytes({ id: 'fmt ', body: new Uint8Array(14) })), /at least 16 bytes, got 14/],
    [
      'more chunks than any program writes',
      wav({ before: Array.from({ length: 256 }, () => ({ id: 'LIST', body: new Uint8Array(0) })) }),
      /at most 256 chunks before the samples/,
    ],
    ['a short ds64 chunk', riff(chunkBytes({ id: 'ds64', body: new Uint8Array(8) })), /ds64.*at least 16 bytes, got 8/],
    [
      'a short extensible fmt chunk',
      patched(plain, (view) => view.setUint16(20, 0xfffe, true)),
      /at least 40 bytes, got 16/,
    ],
    ['too many valid bits', wav({ validBits: 20 }), /at most 16 valid bits a sample, got 20/],
    ['no channels', patched(plain, (view) => view.setUint16(22, 0, true)), /1 channel or more, got 0/],
    ['a rate of 0', patched(plain, (view) => view.setUint32(24, 0, true)), /0 Hz/],
    ['a wrong block align', patched(plain, (view) => view.setUint16(32, 3, true)), /block align of 2 bytes.*got 3/],
    ['no samples', wav({ samples: [] }), /data chunk of the WAV file is empty/],
    ['a cut last frame', wav({ dataSize: 11 }), /whole frames of 2 bytes, got 11/],
    ['a cut last frame of a pipe', wav({ dataSize: 0 }).subarray(0, 51), /whole frames of 2 bytes, got 7/],
    ['NaN', wav({ storedAs: 'f32', samples: [0, Number.NaN] }), /index 1 of channel 0 .* is NaN/],
    [
      'infinity',
      wav({ storedAs: 'f64', samples: [0, 0, 0, -Infinity], channelCount: 2 }),
      /index 1 of channel 1 .* -Infinity/,
    ],
    ['numbers beyond float32', wav({ storedAs: 'f64', samples: [1e39] }), /larger than a 32-bit float/],
  ])('refuse %s as INVALID_AUDIO', (_what, bytes, message) => {
    const { reason, message: got } = refusalOf(bytes);
    expect(got).toMatch(message);
    expect(reason).toBe('INVALID_AUDIO');
  });

  const tagged = (tag: number) => patched(plain, (view) => view.setUint16(20, tag, true));
  const withBits = (bits: number) => patched(plain, (view) => view.setUint16(34, bits, true));
  test.each<[Uint8Array, RegExp]>([
    [tagged(2), /Microsoft ADPCM/],
    [tagged(6), /A-law/],
    [tagged(7), /mu-law/],
    [tagged(0x11), /IMA ADPCM/],
    [tagged(0x55), /MP3 samples/],
    [tagged(0x1234), /format 0x1234/],
    [tagged(3), /16-bit float/],
    [withBits(12), /12-bit integer/],
    [withBits(64), /64-bit integer/],
    [patched(wav({ validBits: 16 }), (view) => view.setUint8(59, 0)), /unknown sub-format/],
    [latin1('fLaC\0\0\0\x22'), /FLAC/],
    [latin1('OggS\0\x02'), /Ogg/],
    [latin1('ID3\x04\0'), /MP3/],
    [latin1('\xff\xfb\x90\x64'), /MP3/],
    [latin1('\0\0\0\x20ftypM4A '), /MP4/],
    [latin1('\x1a\x45\xdf\xa3'), /WebM/],
    [latin1('FORM\0\0\0\0AIFF'), /AIFF/],
    [latin1('RIFX\0\0\0\0WAVE'), /RIFX/],
    [latin1('RIFF\0\0\0\0AVI LIST'), /AVI/],
  ])('refuse what is recognised as UNSUPPORTED_AUDIO (%#)', (bytes, name) => {
    const { reason, message } = refusalOf(bytes);
    expect(message).toMatch(name);
    expect(message).toMatch(/Convert it/);
    expect(reason).toBe('UNSUPPORTED_AUDIO');
  });

  test('do not take raw samples of -1 for MP3', () => {
    expect(refusalOf(new Uint8Array(64).fill(255)).reason).toBe('INVALID_AUDIO');
  });
});
