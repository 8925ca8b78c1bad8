// Owns the numbers that define the front end of google/hear-pytorch. Source, unless a line says otherwise:
// python/data_processing/audio_utils.py of the upstream repository. Must not know ONNX.

/** Version of the front end's results: raise it when a change moves them by more than rounding. */
export const FRONT_END_VERSION = '1';

export const SAMPLE_RATE_HZ = 16_000;
/** A clip: 2 s. */
export const CLIP_SAMPLES = 32_000;
/** Added to the range of a clip before dividing by it, so that silence divides by something. */
export const RANGE_FLOOR = 1e-8;

/** A frame: 25 ms, also the length of the Fourier transform. */
export const FRAME_SAMPLES = 400;
/** From one frame to the next: 10 ms. */
export const HOP_SAMPLES = 160;
/** One frame for each begun hop; the last ones reach into zeros appended to the clip. */
export const FRAMES = CLIP_SAMPLES / HOP_SAMPLES;
/** Bins of the spectrum, from 0 Hz to half of the sample rate. */
export const BINS = FRAME_SAMPLES / 2 + 1;

export const MEL_BANDS = 128;
export const MEL_LOWEST_HZ = 0;
export const MEL_HIGHEST_HZ = 8_000;

/** Per-channel energy normalisation (arXiv 1607.05666), by the names of that paper. */
export const PCEN = { smoothing: 0.04, alpha: 0.8, delta: 2, root: 2, floor: 1e-8 } as const;

/** Frames after the resize along time: 12 patches of 16, as the transformer takes them. */
export const RESIZED_FRAMES = 192;
