// Owns the part of the page in which the windows of one recording are chosen: its waveform, its mel spectrogram, a handle and a line
// for each window. Must not know how windows are sent.
import { element } from '../../shared/dom.ts';
import { type ClipWindow, MAX_WINDOWS, type Outcome, type Recording, type Session } from '../session.ts';
import { melSpectrogram } from '../sound/spectrogram.ts';
import { loudnessColour } from './colours.ts';
import { keyedList } from './keyed-list.ts';
import { counted } from './numbers.ts';
import { paint } from './picture.ts';
import { createWaveform, type Waveform } from './waveform.ts';
import { windowHandle } from './window-handle.ts';
import { windowLine } from './window-line.ts';

/** What is below it is as dark as silence. */
const RANGE_DECIBELS = 70;
/** A window of a long recording must stay wide enough to be taken hold of; the picture then scrolls. */
const PIXELS_PER_SECOND = 14;
const MAX_PIXELS = 12_000;

export interface Editor {
  readonly root: HTMLElement;
  /** Shows the selected recording, or nothing. */
  show(): void;
}

export function createEditor(
  session: Session,
  wavOf: (samples: Float32Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>,
): Editor {
  const title = element('h2', { id: 'editor-title' });
  const wave = element('div', { class: 'wave' });
  const mel = element('canvas', { class: 'mel', role: 'img' });
  const handles = element('div', { class: 'handles' });
  const lanes = element('div', { class: 'lanes' }, wave, mel, handles);
  const axis = element('div', { class: 'axis figure', 'aria-hidden': 'true' });
  const loudest = element('button', { type: 'button', class: 'quiet' }, 'Loudest window');
  const more = element('button', { type: 'button', class: 'quiet' }, 'Add a window');
  const cover = element('button', { type: 'button', class: 'quiet' }, 'Cover the recording');
  const lines = element('ol', { class: 'windows', 'aria-label': 'Windows of this recording' });
  const problem = element('p', { class: 'wrong' });
  const tools = element('div', { class: 'row' }, loudest, more, cover);
  const scroller = element('div', { class: 'lanes-scroll' }, lanes, axis);
  const hint = element(
    'p',
    { class: 'hint' },
    'Drag a window, or move it with ← and → (with Shift in small steps); Delete takes it away.',
  );
  const root = element(
    'section',
    { class: 'card editor', 'aria-labelledby': 'editor-title', hidden: true },
    title,
    problem,
    scroller,
    hint,
    tools,
    lines,
  );

  let shown: Recording | undefined;
  let waveform: Waveform | undefined;
  let playing: number | undefined;

  const selected = (act: (recording: Recording) => void) => () => {
    if (shown !== undefined) act(shown);
  };
  loudest.addEventListener(
    'click',
    selected(({ id }) => session.proposeLoudest(id)),
  );
  more.addEventListener(
    'click',
    selected(({ id }) => session.addWindow(id)),
  );
  cover.addEventListener(
    'click',
    selected(({ id }) => session.cover(id)),
  );

  const length = session.secondsOf(session.form.sampleCount);
  const move = ({ id }: ClipWindow, startSeconds: number): void => {
    if (shown !== undefined) session.moveWindow(shown.id, id, startSeconds * session.form.sampleRateHz);
  };
  const remove = ({ id }: ClipWindow): void => {
    if (shown === undefined) return;
    session.removeWindow(shown.id, id);
    // It may be hidden until the page has followed.
    queueMicrotask(() => more.focus());
  };

  /** What handle and line of a window have in common. */
  const placeOf = (window: ClipWindow, { windows, samples }: Recording) => ({
    number: windows.indexOf(window) + 1,
    startSeconds: session.secondsOf(window.start),
    lengthSeconds: length,
    totalSeconds: session.secondsOf(samples.length),
    state: window.outcome.state,
  });
  const showHandles = keyedList(handles, (made: ClipWindow) => {
    const { root, show } = windowHandle(handles, { moveTo: (start) => move(made, start), remove: () => remove(made) });
    return {
      root,
      show(window: ClipWindow) {
        if (shown !== undefined) show({ recording: shown.name, ...placeOf(window, shown) });
      },
    };
  });
  const showLines = keyedList(lines, (made: ClipWindow) => {
    let current = made;
    const { root, show } = windowLine({
      moveTo: (start) => move(current, start),
      play: () => playOrStop(current),
      remove: () => remove(current),
    });
    return {
      root,
      show(window: ClipWindow) {
        current = window;
        if (shown === undefined) return;
        const { outcome } = window;
        show({ ...placeOf(window, shown), isPlaying: playing === window.id, stateText: outcomeText(outcome) });
      },
    };
  });
  const playOrStop = ({ id, start }: ClipWindow): void => {
    if (playing === id) {
      waveform?.stop();
      return;
    }
    playing = id;
    const from = session.secondsOf(start);
    // What it rejects with is that it was stopped before it began.
    waveform?.play(from, from + length).catch(() => {});
  };

  /** A recording's pictures, drawn when it is selected. */
  const open = (recording: Recording): void => {
    waveform?.destroy();
    waveform = undefined;
    playing = undefined;
    const seconds = session.secondsOf(recording.samples.length);
    lanes.style.minWidth = `${Math.min(Math.round(seconds * PIXELS_PER_SECOND), MAX_PIXELS)}px`;
    axis.style.minWidth = lanes.style.minWidth;
    waveform = createWaveform(wave, (isPlaying) => {
      if (!isPlaying) playing = undefined;
      if (shown !== undefined) showLines(shown.windows);
    });
    const file = new Blob([wavOf(recording.samples)], { type: 'audio/wav' });
    // What it rejects with is that another recording was selected meanwhile.
    waveform.load(recording.samples, seconds, file).catch(() => {});
    const { columns, bands, decibels } = melSpectrogram(recording.samples, session.form.sampleRateHz);
    paint(mel, columns, bands, (column, row) =>
      loudnessColour(1 + (decibels[column * bands + (bands - 1 - row)] ?? 0) / RANGE_DECIBELS),
    );
    mel.setAttribute(
      'aria-label',
      `Mel spectrogram of ${recording.name}, 0 to ${session.form.sampleRateHz / 2000} kHz, ${seconds.toFixed(1)} seconds`,
    );
    axis.replaceChildren(...ticks(seconds));
  };

  return {
    root,
    show() {
      const recording = session.selected;
      root.hidden = recording === undefined;
      if (recording === undefined) {
        waveform?.destroy();
        waveform = undefined;
        shown = undefined;
        return;
      }
      const isOther = shown?.id !== recording.id;
      shown = recording;
      const usable = recording.problem === undefined;
      for (const part of [scroller, lines]) part.hidden = !usable;
      // In a recording of the window's own length there is nothing to choose, unless that window was taken away.
      const isFull = recording.samples.length <= session.form.sampleCount && recording.windows.length > 0;
      for (const part of [hint, tools]) part.hidden = !usable || isFull;
      problem.textContent = recording.problem ?? '';
      problem.hidden = usable;
      title.replaceChildren(
        recording.name,
        ' ',
        element('small', {}, usable ? session.seconds(recording.samples.length) : ''),
      );
      if (!usable) return;
      if (isOther) open(recording);
      // The order on the page stays as they came, so that none loses the focus while it is moved past another.
      showHandles([...recording.windows].sort((a, b) => a.id - b.id));
      showLines(recording.windows);
      more.disabled = recording.windows.length >= MAX_WINDOWS;
      const fits = Math.ceil(recording.samples.length / session.form.sampleCount);
      cover.textContent = `Cover the recording: ${counted(Math.min(fits, MAX_WINDOWS), 'window')}`;
      cover.hidden = fits === 1;
    },
  };
}

function outcomeText(outcome: Outcome): string {
  switch (outcome.state) {
    case 'new':
      return 'not sent';
    case 'sending':
      return 'sending…';
    case 'done':
      return 'done';
    case 'failed':
      return outcome.description;
  }
}

/** Up to 5 marks at round seconds, which a narrow screen has room for. */
function ticks(total: number): HTMLElement[] {
  const step = [0.25, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600].find((size) => total / size <= 5) ?? 1200;
  return Array.from({ length: Math.floor(total / step + 1e-9) + 1 }, (_, index) => {
    const tick = element('span', {}, `${index * step} s`);
    tick.style.left = `${((index * step) / total) * 100}%`;
    return tick;
  });
}
