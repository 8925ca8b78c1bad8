// Owns the microphone while it is open: samples as they come, without the browser's processing for telephony, which would change
// what a model hears. Must not know a page.
import workletUrl from './microphone-worklet.js?url';

/** An open microphone. Close it, or the browser goes on showing that somebody listens. */
export interface Microphone {
  readonly sampleRateHz: number;
  /** All that came since it was opened. */
  samples(): Float32Array<ArrayBuffer>;
  /** Seconds since it was opened. */
  seconds(): number;
  /** Loudest sample of the last moment, 0 … 1. */
  level(): number;
  close(): Promise<void>;
}

/** Why there is no microphone, in words for the person who asked for it. */
export class NoMicrophoneError extends Error {
  override readonly name = 'NoMicrophoneError';
}

/** Asks the person for the microphone and opens it. Throws NoMicrophoneError. */
export async function openMicrophone(): Promise<Microphone> {
  if (navigator.mediaDevices === undefined || typeof AudioWorkletNode === 'undefined') {
    throw new NoMicrophoneError(
      'This browser gives pages the microphone only over https, or from this machine. Open the page at such an address.',
    );
  }
  const stream = await navigator.mediaDevices
    .getUserMedia({
      audio: { channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: false },
    })
    .catch((cause: unknown) => {
      throw new NoMicrophoneError(REASONS[nameOf(cause)] ?? 'The browser could not open the microphone.', { cause });
    });
  const context = new AudioContext();
  const parts: Float32Array[] = [];
  let length = 0;
  let peak = 0;
  try {
    await context.audioWorklet.addModule(workletUrl);
    const capture = new AudioWorkletNode(context, 'capture', {
      numberOfOutputs: 0,
      channelCount: 1,
      channelCountMode: 'explicit',
    });
    capture.port.onmessage = ({ data }: MessageEvent<Float32Array>) => {
      parts.push(data);
      length += data.length;
      peak = data.reduce((most, sample) => Math.max(most, Math.abs(sample)), peak * 0.9);
    };
    context.createMediaStreamSource(stream).connect(capture);
    await context.resume();
  } catch (error) {
    await close();
    throw error;
  }

  async function close(): Promise<void> {
    for (const track of stream.getTracks()) track.stop();
    await context.close();
  }

  return {
    sampleRateHz: context.sampleRate,
    samples() {
      const all = new Float32Array(length);
      let at = 0;
      for (const part of parts) {
        all.set(part, at);
        at += part.length;
      }
      return all;
    },
    seconds: () => length / context.sampleRate,
    level: () => Math.min(1, peak),
    close,
  };
}

/** By the name of the DOMException (w3.org/TR/mediacapture-streams, getUserMedia). */
const REASONS: Readonly<Record<string, string>> = {
  NotAllowedError:
    'The browser may not use the microphone. Allow it for this page, in the address bar or in the settings.',
  NotFoundError: 'There is no microphone. Connect one and try again.',
  NotReadableError: 'Another program holds the microphone. Close it and try again.',
};

function nameOf(error: unknown): string {
  return error instanceof DOMException ? error.name : '';
}
