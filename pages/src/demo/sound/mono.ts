// Owns the step from a recording's channels to one. Must not know where they come from.

/**
 * The mean of the channels, as the server takes it of a file's: summed in float64 and rounded once, so that one channel keeps its
 * numbers.
 *
 * @param channels at least one, all of the same length
 */
export function mixToMono(channels: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const [first] = channels;
  if (first === undefined) throw new Error('A recording has no channel. This is a bug.');
  const mono = new Float32Array(first.length);
  for (let frame = 0; frame < mono.length; frame++) {
    let sum = 0;
    for (const channel of channels) sum += channel[frame] ?? 0;
    mono[frame] = sum / channels.length;
  }
  return mono;
}
