// Owns where the windows of a recording lie: the loudest one, those that cover all of it, and how far one may be moved. All positions
// are samples from the recording's begin. Must not know a page.

/** Start of the window with the most energy; the first of several. The recording holds at least one window. */
export function loudestStart(samples: Float32Array, windowLength: number): number {
  requireRoom(samples.length, windowLength);
  // In float64, where the squares of a long recording add up and are taken off again without a trace that matters.
  let energy = 0;
  for (let index = 0; index < windowLength; index++) energy += (samples[index] ?? 0) ** 2;
  let most = energy;
  let start = 0;
  for (let end = windowLength; end < samples.length; end++) {
    energy += (samples[end] ?? 0) ** 2 - (samples[end - windowLength] ?? 0) ** 2;
    // Rounding alone must not move the window through a tone or through silence.
    if (energy > most * (1 + 1e-9) + 1e-12) {
      most = energy;
      start = end - windowLength + 1;
    }
  }
  return start;
}

/**
 * Starts of windows side by side from the begin, and of one more that ends with the recording when a part is left over: every sample
 * lies in a window. At most `most` windows.
 */
export function coveringStarts(length: number, windowLength: number, most = Number.POSITIVE_INFINITY): number[] {
  requireRoom(length, windowLength);
  const starts: number[] = [];
  for (let start = 0; start + windowLength <= length && starts.length < most; start += windowLength) starts.push(start);
  const last = length - windowLength;
  if (starts.length < most && starts.at(-1) !== last) starts.push(last);
  return starts;
}

/** The nearest place at which a window lies inside the recording, on a whole sample. */
export function clampStart(start: number, length: number, windowLength: number): number {
  requireRoom(length, windowLength);
  return Math.min(Math.max(Math.round(start), 0), length - windowLength);
}

/**
 * Where one more window may begin: the first gap that is wide enough, else the place farthest from all others.
 *
 * @param starts of the windows that are there, in any order
 */
export function nextStart(starts: readonly number[], length: number, windowLength: number): number {
  requireRoom(length, windowLength);
  const last = length - windowLength;
  const sorted = [...starts].sort((a, b) => a - b);
  const behind = [0, ...sorted.map((start) => start + windowLength)];
  const gap = behind.find((start) => start <= last && sorted.every((other) => Math.abs(other - start) >= windowLength));
  if (gap !== undefined) return gap;
  const places = [0, last, ...sorted.slice(1).map((start, index) => Math.round((start + (sorted[index] ?? 0)) / 2))];
  const distance = (place: number) => Math.min(...sorted.map((start) => Math.abs(start - place)));
  return places.reduce((best, place) => (distance(place) > distance(best) ? place : best));
}

function requireRoom(length: number, windowLength: number): void {
  if (length < windowLength) {
    throw new RangeError(`Expected at least ${windowLength} samples, got ${length}. This is a bug.`);
  }
}
