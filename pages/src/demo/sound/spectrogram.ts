// Owns the picture's numbers: the mel spectrogram of a recording in decibels, with frames and bands of the size that audio models are
// given. Must not know a canvas, nor an algorithm.
import { realFft } from '@predict-schemata/audio';

/** Frame, hop and bands as the front end of HeAR has them: python/data_processing/audio_utils.py of google/hear. */
const FRAME_SECONDS = 0.025;
const HOP_SECONDS = 0.01;
const MEL_BANDS = 128;
/** Below what is audible in a picture of 16-bit sound, and above rounding. */
const FLOOR_POWER = 1e-10;

export interface Spectrogram {
  readonly columns: number;
  /** Rows, the lowest frequency first. */
  readonly bands: number;
  /** Column by column, `bands` numbers each: decibels relative to the loudest cell, 0 and less. */
  readonly decibels: Float32Array;
}

/**
 * @param maxColumns a recording with more frames is looked at in longer hops, so that a picture of an hour costs what one of seconds does
 */
export function melSpectrogram(samples: Float32Array, sampleRateHz: number, maxColumns = 1200): Spectrogram {
  const frame = Math.round(FRAME_SECONDS * sampleRateHz);
  const frames = Math.max(1, Math.ceil(samples.length / Math.round(HOP_SECONDS * sampleRateHz)));
  const columns = Math.min(frames, maxColumns);
  const hop = samples.length / columns;
  const window = hannWindow(frame);
  // Padded with zeros, unlike the front end: low bands are narrower than the bins of a frame and would be dark stripes in the picture.
  const transform = 2 ** Math.ceil(Math.log2(2 * frame));
  const bands = melBands(transform, sampleRateHz);
  const fft = realFft(transform);
  const decibels = new Float32Array(columns * MEL_BANDS);
  const signal = new Float64Array(transform);
  let loudest = FLOOR_POWER;
  for (let column = 0; column < columns; column++) {
    const start = Math.round(column * hop);
    // The last frames reach into zeros behind the recording.
    for (let index = 0; index < frame; index++) signal[index] = (samples[start + index] ?? 0) * (window[index] ?? 0);
    const { re, im } = fft.forward(signal);
    for (const [band, { first, weights }] of bands.entries()) {
      let power = 0;
      for (let index = 0; index < weights.length; index++) {
        const bin = first + index;
        power += (weights[index] ?? 0) * ((re[bin] ?? 0) ** 2 + (im[bin] ?? 0) ** 2);
      }
      decibels[column * MEL_BANDS + band] = power;
      if (power > loudest) loudest = power;
    }
  }
  for (let index = 0; index < decibels.length; index++) {
    decibels[index] = 10 * Math.log10(Math.max(decibels[index] ?? 0, FLOOR_POWER) / loudest);
  }
  return { columns, bands: MEL_BANDS, decibels };
}

/** The periodic one, as torch.hann_window gives by default. */
function hannWindow(length: number): Float64Array {
  return Float64Array.from({ length }, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / length));
}

interface Band {
  /** The first bin with a weight. */
  readonly first: number;
  readonly weights: readonly number[];
}

/** Triangles whose slopes are straight in mel (HTK's formula), as tf.signal.linear_to_mel_weight_matrix; the bin of 0 Hz has no weight. */
function melBands(transform: number, sampleRateHz: number): readonly Band[] {
  const spacing = hertzToMel(sampleRateHz / 2) / (MEL_BANDS + 1);
  return Array.from({ length: MEL_BANDS }, (_, band) => {
    const weighted: [bin: number, weight: number][] = [];
    for (let bin = 1; bin <= transform / 2; bin++) {
      const rising = hertzToMel((bin * sampleRateHz) / transform) / spacing - band;
      const weight = Math.min(rising, 2 - rising);
      if (weight > 0) weighted.push([bin, weight]);
    }
    return { first: weighted[0]?.[0] ?? 0, weights: weighted.map(([, weight]) => weight) };
  });
}

/** The mel scale by HTK's formula. */
export function hertzToMel(hertz: number): number {
  return 2595 * Math.log10(1 + hertz / 700);
}
