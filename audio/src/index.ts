// Owns the door of this package: what others may use of it.
export { AudioError, type AudioReason } from './audio-error.ts';
export { decodeClip, samplesAt, type WantedClip } from './clip.ts';
export { decodeWork } from './decode-work.ts';
export { realFft } from './real-fft.ts';
export { readWav, type WavAudio } from './wav.ts';
