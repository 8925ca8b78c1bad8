// Owns the waveform and the playing of a recording, both by wavesurfer.js. Must not know windows.
import WaveSurfer from 'wavesurfer.js';

/** wavesurfer.js writes it into its style, whose hash the server's Content-Security-Policy names. */
const HEIGHT_PX = 88;

export interface Waveform {
  /** Shows a recording. `file` is what is played. */
  load(samples: Float32Array, durationSeconds: number, file: Blob): Promise<void>;
  /** Plays a part; ends what is played. */
  play(startSeconds: number, endSeconds: number): Promise<void>;
  stop(): void;
  destroy(): void;
}

/** @param onPlaying told when playing begins and when it ends */
export function createWaveform(container: HTMLElement, onPlaying: (playing: boolean) => void): Waveform {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const colours = () => {
    const style = getComputedStyle(container);
    const colour = (name: string): string => style.getPropertyValue(name).trim();
    return { waveColor: colour('--accent'), progressColor: colour('--accent'), cursorColor: colour('--text') };
  };
  const surfer = WaveSurfer.create({
    container,
    height: HEIGHT_PX,
    normalize: true,
    hideScrollbar: true,
    ...colours(),
  });
  const recolour = (): void => surfer.setOptions(colours());
  dark.addEventListener('change', recolour);
  for (const [event, playing] of [
    ['play', true],
    ['pause', false],
    ['finish', false],
  ] as const) {
    surfer.on(event, () => onPlaying(playing));
  }
  return {
    load: (samples, durationSeconds, file) => surfer.loadBlob(file, [samples], durationSeconds),
    play: (startSeconds, endSeconds) => surfer.play(startSeconds, endSeconds),
    stop: () => surfer.pause(),
    destroy() {
      dark.removeEventListener('change', recolour);
      surfer.destroy();
    },
  };
}
