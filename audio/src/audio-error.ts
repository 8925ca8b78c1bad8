// Owns the one failure of this package: a sound that is refused. Must not know HTTP or an algorithm.

/** Why a sound is refused; reasons of the contract's catalogue. */
export type AudioReason = 'INVALID_AUDIO' | 'UNSUPPORTED_AUDIO' | 'UNSUPPORTED_SAMPLE_RATE' | 'WRONG_SAMPLE_COUNT';

/** Longest message, which is what the contract allows `error.description`. */
export const MAX_MESSAGE_LENGTH = 500;

/** A sound that cannot be used as it is. The message is for its sender: what was expected, what came, what to do. */
export class AudioError extends Error {
  override readonly name = 'AudioError';
  readonly reason: AudioReason;

  constructor(reason: AudioReason, message: string) {
    super(message);
    this.reason = reason;
  }
}
