import { expect, test } from 'vitest';
import { decodeWork } from './decode-work.ts';

const WANT = { sampleRateHz: 16_000, sampleCount: 32_000, minSampleRateHz: 4_000, maxSampleRateHz: 192_000 };

/** A header that claims 8-bit frames, with those frames behind it. */
function wav(frameCount: number, sampleRateHz: number, channelCount = 1): Uint8Array {
  const bytes = Buffer.alloc(44 + frameCount * channelCount, 128);
  bytes.write('RIFF', 0);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(channelCount, 22);
  bytes.writeUInt32LE(sampleRateHz, 24);
  bytes.writeUInt16LE(channelCount, 32);
  bytes.writeUInt16LE(8, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(frameCount * channelCount, 40);
  return bytes;
}

test('counts the samples of a file that is only copied', () => {
  expect(decodeWork(wav(32_000, 16_000), WANT)).toBe(32_000);
  expect(decodeWork(wav(32_000, 16_000, 2), WANT)).toBe(64_000);
});

test('counts a transform of a prime length as many times one of a smooth length', () => {
  const smooth = decodeWork(wav(72_000, 36_000), WANT);
  expect(smooth).toBeGreaterThan(1_000_000);
  expect(decodeWork(wav(71_999, 36_000), WANT)).toBeGreaterThan(5 * smooth);
});

test.each([
  { name: 'no WAV file', given: new Uint8Array(100) },
  { name: 'a wrong count', given: wav(31_999, 16_000) },
  { name: 'a wrong count after resampling', given: wav(8_009, 4_004) },
  { name: 'a rate out of range', given: wav(4_000, 2_000) },
])('counts nothing for $name, which is refused by its header', ({ given }) => {
  expect(decodeWork(given, WANT)).toBe(0);
});
