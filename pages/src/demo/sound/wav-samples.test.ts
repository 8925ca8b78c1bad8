import { readdirSync, readFileSync } from 'node:fs';
import { AudioError, decodeClip } from '@predict-schemata/audio';
import { expect, test } from 'vitest';
import { samplesOfWav } from './wav-samples.ts';

const FIXTURES = new URL('../../../../fixtures/hear/', import.meta.url);
const read = (name: string) => new Uint8Array(readFileSync(new URL(name, FIXTURES)));
const CLIP = { sampleRateHz: 16_000, sampleCount: 32_000, minSampleRateHz: 4_000, maxSampleRateHz: 192_000 };

const files = readdirSync(FIXTURES).filter((name) => name.endsWith('.wav'));
const clips = files.filter((name) => !/^(refused|too-)/.test(name));

test.each(clips)('%s is read as the server reads it, bit by bit', (name) => {
  expect(samplesOfWav(read(name), 16_000)).toEqual(decodeClip(read(name), CLIP));
});

test.each([
  { name: 'too-long-3s-4khz-u8.wav', want: 48_000 },
  { name: 'too-long-1-sample-16khz-u8.wav', want: 32_001 },
  { name: 'too-short-100ms-96khz-s16.wav', want: 1_600 },
])('$name has $want samples', ({ name, want }) => {
  expect(samplesOfWav(read(name), 16_000)).toHaveLength(want);
});

test.each(['refused-nan-f32.wav', 'refused-cut.wav', 'refused-zero-length.wav'])('%s is refused in words', (name) => {
  const refusal = samplesOfWav(read(name), 16_000);
  expect(refusal).toBeInstanceOf(AudioError);
  expect(String(refusal)).toMatch(/^AudioError: .*(Expected|claims)/);
});

test.each(['refused-flac.wav', 'refused-mu-law.wav', 'refused-not-audio.wav'])('%s is left to the browser', (name) => {
  expect(samplesOfWav(read(name), 16_000)).toBeUndefined();
});

test('a long file at another rate is left to the browser, one at the own rate is not', () => {
  const frames = 1_000_001;
  const file = new Uint8Array(44 + frames);
  file.set(read('too-short-1s-4khz-u8.wav').subarray(0, 44));
  const view = new DataView(file.buffer);
  view.setUint32(40, frames, true);
  expect(samplesOfWav(file, 16_000)).toBeUndefined();
  expect(samplesOfWav(file, 4_000)).toHaveLength(frames);
});
