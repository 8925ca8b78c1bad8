// Throws thousands of damaged files at the decoder: it gives a whole clip or an AudioError.
import { describe, expect, test } from 'vitest';
import { seededNoise } from '../../fixtures/scripts/sounds.ts';
import { type WavOptions, wavBytes } from '../../fixtures/scripts/wav-bytes.ts';
import { AudioError, MAX_MESSAGE_LENGTH } from './audio-error.ts';
import { decodeClip, type WantedClip } from './clip.ts';

/** A tenth of a second keeps thousands of runs short; the code has no other path for long clips. */
const want: WantedClip = { sampleRateHz: 16000, sampleCount: 1600, minSampleRateHz: 4000, maxSampleRateHz: 192000 };
const ROUNDS = 20_000;
const SEED = 2026;

const interestingNumbers = [0, 1, 2, 3, 7, 8, 16, 24, 32, 64, 127, 128, 255, 256, 0x7fff, 0xfffe, 0xffff];
const interestingSizes = [0, 1, 0x7fff_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff, 16000, 4000, 192000];

describe('decodeClip on damaged files', () => {
  test('gives exactly the wanted finite samples or an AudioError', () => {
    const noise = seededNoise(SEED);
    const below = (limit: number) => Math.floor(((noise() + 1) / 2) * limit);
    const pick = <Item>(items: readonly Item[]): Item => {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error('Expected a non-empty list.');
      return item;
    };
    const samples = Float64Array.from({ length: 1600 }, () => noise());
    const forms: readonly WavOptions[] = [
      { samples, sampleRateHz: 16000, storedAs: 's16' },
      { samples: samples.subarray(0, 800), sampleRateHz: 8000, storedAs: 'f32', validBits: 32 },
      { samples: samples.subarray(0, 800), sampleRateHz: 4000, storedAs: 'u8', channelCount: 2 },
      { samples: samples.subarray(0, 400), sampleRateHz: 4000, storedAs: 'f64', container: 'RF64' },
      { samples, sampleRateHz: 16000, storedAs: 's24', before: [{ id: 'LIST', body: new Uint8Array(5) }] },
    ];
    const whole = forms.map((form) => wavBytes(form));
    const outcomes = new Map<string, number>();

    for (let round = 0; round < ROUNDS; round++) {
      let bytes = Uint8Array.from(pick(whole));
      const view = new DataView(bytes.buffer);
      for (let changes = 1 + below(3); changes > 0; changes--) {
        // Most damage goes to the headers, which stand in the first 100 bytes.
        const at = below(below(4) === 0 ? bytes.length - 4 : 100);
        const kind = below(4);
        if (kind === 0) view.setUint8(at, below(256));
        else if (kind === 1) view.setUint16(at & ~1, pick(interestingNumbers), true);
        else if (kind === 2) view.setUint32(at & ~3, pick(interestingSizes), true);
        else view.setUint8(at, view.getUint8(at) ^ (1 << below(8)));
      }
      if (below(10) === 0) bytes = bytes.subarray(0, below(bytes.length));
      const outcome = outcomeOf(bytes, round);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }

    // Damage that never gets through, or always does, would test nothing.
    const seen = ['a clip', 'INVALID_AUDIO', 'UNSUPPORTED_AUDIO', 'UNSUPPORTED_SAMPLE_RATE', 'WRONG_SAMPLE_COUNT'];
    expect([...outcomes.keys()].sort()).toEqual(seen.sort());
    for (const [outcome, count] of outcomes) expect(count, outcome).toBeGreaterThan(100);
  });
});

function outcomeOf(bytes: Uint8Array, round: number): string {
  try {
    const clip = decodeClip(bytes, want);
    if (clip.length !== want.sampleCount || !clip.every((sample) => Number.isFinite(sample))) {
      throw new Error(`Round ${round} gave a clip that is not whole.`);
    }
    return 'a clip';
  } catch (error) {
    if (!(error instanceof AudioError)) throw new Error(`Round ${round} threw another error.`, { cause: error });
    if (error.message.length > MAX_MESSAGE_LENGTH)
      throw new Error(`Round ${round} has a description that is too long.`);
    return error.reason;
  }
}
