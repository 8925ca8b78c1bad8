// Checks the whole way from file bytes to a model's samples: every fixture against SciPy and libsndfile, every rate and length.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { wavBytes } from '../../fixtures/scripts/wav-bytes.ts';
import { AudioError, MAX_MESSAGE_LENGTH } from './audio-error.ts';
import { decodeClip, resampledCount, type WantedClip } from './clip.ts';

interface ClipNumbers {
  readonly file: string;
  readonly sum: number;
  readonly l2: number;
  readonly indices: readonly number[];
  readonly samples: readonly number[];
}

interface RoundedCount {
  readonly frameCount: number;
  readonly rateHz: number;
  readonly count: number;
}

const fixtures = new URL('../../fixtures/hear/', import.meta.url);

/** Written by a script of this repository; a wrong shape shows as a failing comparison, hence the cast. */
function entriesOf<Entry>(name: string): readonly Entry[] {
  return (JSON.parse(readFileSync(new URL(`reference/${name}`, fixtures), 'utf8')) as { entries: Entry[] }).entries;
}

const want: WantedClip = { sampleRateHz: 16000, sampleCount: 32000, minSampleRateHz: 4000, maxSampleRateHz: 192000 };
const clips = entriesOf<ClipNumbers>('clips.json');
const files = readdirSync(fixtures).filter((name) => name.endsWith('.wav'));

function refusalOf(bytes: Uint8Array): AudioError {
  try {
    decodeClip(bytes, want);
  } catch (error) {
    if (!(error instanceof AudioError)) throw error;
    expect(error.message.length).toBeLessThanOrEqual(MAX_MESSAGE_LENGTH);
    return error;
  }
  throw new Error('Expected a refusal.');
}

/** A tone of `hertz`, two seconds unless `frameCount` says otherwise. */
function toneFile(sampleRateHz: number, frameCount = 2 * sampleRateHz, hertz = 440): Uint8Array {
  const samples = Float64Array.from(
    { length: frameCount },
    (_, i) => 0.5 * Math.sin((2 * Math.PI * hertz * i) / sampleRateHz),
  );
  return wavBytes({ samples, sampleRateHz, storedAs: 'f32' });
}

describe('decodeClip', () => {
  test('has reference numbers for each fixture that is a clip', () => {
    const right = files.filter((name) => !/^(refused|too)-/.test(name)).sort();
    expect(clips.map(({ file }) => file)).toEqual(right);
  });

  test.each(clips)('agrees with SciPy and libsndfile on $file', ({ file, sum, l2, indices, samples }) => {
    const clip = decodeClip(readFileSync(new URL(file, fixtures)), want);
    expect(clip.length).toBe(want.sampleCount);
    // Rounding to float32 moves a number by at most 2^-24 of itself; float64 arithmetic adds far less than 1e-9.
    indices.forEach((index, i) => {
      const reference = samples[i] ?? Number.NaN;
      const difference = Math.abs((clip[index] ?? Number.NaN) - reference);
      expect(difference, `sample ${index}`).toBeLessThanOrEqual(1e-9 + Math.abs(reference) * 2 ** -24);
    });
    const total = clip.reduce((all, sample) => all + sample, 0);
    const loudness = Math.sqrt(clip.reduce((all, sample) => all + sample * sample, 0));
    expect(Math.abs(total - sum)).toBeLessThan(1e-3);
    expect(Math.abs(loudness - l2)).toBeLessThanOrEqual(1e-7 * l2);
  });

  const refused: Readonly<Record<string, [string, RegExp]>> = {
    'refused-2khz.wav': ['UNSUPPORTED_SAMPLE_RATE', /from 4 kHz to 192 kHz, got 2 kHz/],
    'refused-cut.wav': ['INVALID_AUDIO', /claims 16000 bytes, but 7978 are there/],
    'refused-flac.wav': ['UNSUPPORTED_AUDIO', /FLAC/],
    'refused-mu-law.wav': ['UNSUPPORTED_AUDIO', /mu-law/],
    'refused-nan-f32.wav': ['INVALID_AUDIO', /index 1234/],
    'refused-not-audio.wav': ['INVALID_AUDIO', /Expected a WAV file/],
    'refused-zero-length.wav': ['INVALID_AUDIO', /empty/],
    'too-long-1-sample-16khz-u8.wav': [
      'WRONG_SAMPLE_COUNT',
      /^Expected 32000 samples \(2 s at 16 kHz\), got 32001\. Cut or pad/,
    ],
    'too-long-3s-4khz-u8.wav': ['WRONG_SAMPLE_COUNT', /after resampling, got 48000/],
    'too-short-100ms-192khz-u8.wav': ['WRONG_SAMPLE_COUNT', /after resampling, got 1600 from 19200 at 192 kHz/],
    'too-short-100ms-96khz-s16.wav': ['WRONG_SAMPLE_COUNT', /after resampling, got 1600 from 9600 at 96 kHz/],
    'too-short-1s-16khz-u8.wav': [
      'WRONG_SAMPLE_COUNT',
      /^Expected 32000 samples \(2 s at 16 kHz\), got 16000\. Cut or pad/,
    ],
    'too-short-1s-4khz-u8.wav': [
      'WRONG_SAMPLE_COUNT',
      /^Expected 32000 samples \(2 s at 16 kHz\) after resampling, got 16000 .*Cut or pad the clip to exactly 2 s/,
    ],
  };

  test('has an expected refusal for each fixture that is no clip', () => {
    expect(files.filter((name) => /^(refused|too)-/.test(name)).sort()).toEqual(Object.keys(refused).sort());
  });

  test.each(Object.entries(refused))('refuses %s', (file, [reason, message]) => {
    const refusal = refusalOf(readFileSync(new URL(file, fixtures)));
    expect(refusal.message).toMatch(message);
    expect(refusal.reason).toBe(reason);
  });

  test.each([4000, 11025, 44100, 96000, 192000])('gives the same tone from %d Hz as from 16 kHz', (sampleRateHz) => {
    const got = decodeClip(toneFile(sampleRateHz), want);
    const reference = decodeClip(toneFile(16000), want);
    expect(got.reduce((worst, value, i) => Math.max(worst, Math.abs(value - (reference[i] ?? 1))), 0)).toBeLessThan(
      2e-7,
    );
  });

  test('keeps every number of a file that already has the rate', () => {
    const samples = Float32Array.from({ length: 32000 }, (_, i) => Math.fround(Math.sin(i) * 3));
    expect(decodeClip(wavBytes({ samples, sampleRateHz: 16000, storedAs: 'f32' }), want)).toEqual(samples);
  });

  test.each([
    [3999, /got 3.999 kHz/],
    [192001, /got 192.001 kHz/],
    [0xffff_ffff, /got 4294967.295 kHz/],
  ])('refuses %d Hz', (sampleRateHz, message) => {
    const refusal = refusalOf(wavBytes({ samples: [0], sampleRateHz, storedAs: 's16' }));
    expect(refusal.message).toMatch(message);
    expect(refusal.reason).toBe('UNSUPPORTED_SAMPLE_RATE');
  });

  test('judges the count before it reads samples', () => {
    // The only sample of this file is NaN, which reading would find first.
    const bytes = wavBytes({ samples: [Number.NaN], sampleRateHz: 44100, storedAs: 'f32' });
    expect(refusalOf(bytes).reason).toBe('WRONG_SAMPLE_COUNT');
  });

  test('refuses samples that resampling lifts beyond a 32-bit float', () => {
    const samples = Float64Array.from({ length: 8000 }, (_, i) => (i % 100 < 50 ? 3.4e38 : -3.4e38));
    const refusal = refusalOf(wavBytes({ samples, sampleRateHz: 4000, storedAs: 'f64' }));
    expect(refusal.message).toMatch(/after resampling/);
    expect(refusal.reason).toBe('INVALID_AUDIO');
  });
});

describe('resampledCount', () => {
  test.each(entriesOf<RoundedCount>('counts.json'))(
    'rounds as Python: $frameCount at $rateHz Hz',
    ({ frameCount, rateHz, count }) => {
      expect(resampledCount(frameCount, rateHz, 16000)).toBe(count);
    },
  );
});
