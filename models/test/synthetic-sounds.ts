// Owns seeded sounds for the tests: a few kinds that ears tell apart, each with random parameters. Knows no model.
import { CLIP_SAMPLES, SAMPLE_RATE_HZ } from '../src/front-end/settings.ts';
import { normalGenerator, uniformGenerator } from '../src/seeded-random.ts';

/** One clip of a kind: `start` in seconds shifts the sound, all else follows from the seed. Samples stay within -1 … 1. */
export type Sound = (seed: number, startSeconds: number) => Float32Array;

const seconds = (sample: number) => sample / SAMPLE_RATE_HZ;
const wave = (turns: number) => Math.sin(2 * Math.PI * turns);
const between = (low: number, high: number, share: number) => low + (high - low) * share;

/** Renders a sound of time that begins at `startSeconds`; before it there is silence. */
function render(startSeconds: number, soundAt: (sinceStart: number) => number): Float32Array {
  return Float32Array.from({ length: CLIP_SAMPLES }, (_, n) => {
    const sinceStart = seconds(n) - startSeconds;
    return sinceStart < 0 ? 0 : soundAt(sinceStart);
  });
}

/** Smooth rise and fall over `length` seconds, so that no sound begins with a click of its own. */
const swell = (t: number, length: number) => (t < length ? Math.sin((Math.PI * t) / length) ** 2 : 0);

export const sounds = {
  tone: (seed, startSeconds) => {
    const uniform = uniformGenerator(seed);
    const hertz = between(200, 6000, uniform());
    return render(startSeconds, (t) => 0.5 * swell(t, 1.2) * wave(hertz * t));
  },
  noise: (seed, startSeconds) => {
    const normal = normalGenerator(seed);
    return render(startSeconds, (t) => 0.15 * swell(t, 1.2) * normal());
  },
  clicks: (seed, startSeconds) => {
    const uniform = uniformGenerator(seed);
    const perSecond = between(4, 12, uniform());
    return render(startSeconds, (t) => (t < 1.2 ? 0.6 * Math.exp((-400 * ((t * perSecond) % 1)) / perSecond) : 0));
  },
  chirp: (seed, startSeconds) => {
    const uniform = uniformGenerator(seed);
    const from = between(200, 800, uniform());
    const hertzPerSecond = between(2500, 5000, uniform());
    return render(startSeconds, (t) => 0.5 * swell(t, 1.2) * wave(from * t + 0.5 * hertzPerSecond * t * t));
  },
  speechLike: (seed, startSeconds) => {
    const uniform = uniformGenerator(seed);
    const pitchHz = between(90, 220, uniform());
    const syllablesPerSecond = between(3, 5, uniform());
    const formantHz = between(400, 900, uniform());
    return render(startSeconds, (t) => {
      if (t >= 1.2) return 0;
      const voice = Array.from({ length: 12 }, (_, h) => {
        const hertz = (h + 1) * pitchHz;
        return wave(hertz * t) / (1 + ((hertz - formantHz) / 300) ** 2);
      });
      return (
        0.2 * (0.5 - 0.5 * Math.cos(2 * Math.PI * syllablesPerSecond * t)) * voice.reduce((sum, part) => sum + part)
      );
    });
  },
} as const satisfies Record<string, Sound>;

/** The clip times `gain`, with white noise of the given standard deviation added before. */
export function disturb(clip: Float32Array, gain: number, noiseLevel: number, seed: number): Float32Array {
  const normal = normalGenerator(seed);
  return clip.map((sample) => gain * (sample + noiseLevel * normal()));
}
