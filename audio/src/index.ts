// Owns the door of this package: what others may use of it.
export { AudioError, type AudioReason } from './audio-error.ts';
export { decodeClip, type WantedClip } from './clip.ts';
export { decodeWork } from './decode-work.ts';
