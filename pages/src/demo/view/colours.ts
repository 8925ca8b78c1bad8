// Owns the colours that stand for numbers: those of sound pictures, and those of values on both sides of 0.

/** Each part 0 … 255. */
export type Rgba = readonly [red: number, green: number, blue: number, opacity: number];

const LOUDEST: Rgba = [253, 244, 205, 255];

/** From silence to loudest; dark to light, so that it reads without colour, too. */
const LOUDNESS: readonly Rgba[] = [
  [9, 14, 20, 255],
  [16, 54, 66, 255],
  [20, 96, 92, 255],
  [74, 158, 122, 255],
  [190, 208, 120, 255],
  LOUDEST,
];

/** Seen on light and on dark ground. */
const BELOW = [214, 110, 30] as const;
const ABOVE = [24, 142, 132] as const;

/** The colour of a loudness from 0 to 1. */
export function loudnessColour(value: number): Rgba {
  const place = Math.min(Math.max(value, 0), 1) * (LOUDNESS.length - 1);
  const index = Math.min(Math.floor(place), LOUDNESS.length - 2);
  const [from, to] = [LOUDNESS[index] ?? LOUDEST, LOUDNESS[index + 1] ?? LOUDEST];
  const part = (at: 0 | 1 | 2 | 3) => Math.round(from[at] + (to[at] - from[at]) * (place - index));
  return [part(0), part(1), part(2), part(3)];
}

/** The colour of a value from -1 to 1: nothing at 0, so that the page's own ground shows. */
export function signedColour(value: number): Rgba {
  return [...(value < 0 ? BELOW : ABOVE), Math.round(Math.min(Math.abs(value), 1) * 255)];
}
