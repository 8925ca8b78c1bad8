// Owns what the person has put together: recordings, the windows chosen in each, and what became of every window. Must not know a
// page, nor how windows are sent.
import { clampStart, coveringStarts, loudestStart, nextStart } from './sound/windows.ts';

/** What became of a window at the place where it is now. A window that is moved starts anew. */
export type Outcome =
  | { readonly state: 'new' }
  | { readonly state: 'sending' }
  | { readonly state: 'done'; readonly values: Float32Array }
  | { readonly state: 'failed'; readonly reason: string; readonly description: string };

export interface ClipWindow {
  readonly id: number;
  /** In samples from the recording's begin. */
  readonly start: number;
  readonly outcome: Outcome;
}

export interface Recording {
  readonly id: number;
  readonly name: string;
  /** One channel at the algorithm's rate. */
  readonly samples: Float32Array<ArrayBuffer>;
  /** In the order of their starts; empty when the recording is too short for one. */
  readonly windows: readonly ClipWindow[];
  /** What is wrong with it as a whole, in words; such a one has no window. */
  readonly problem?: string;
}

/** A window with the recording that it lies in. */
export interface Placed {
  readonly recording: Recording;
  readonly window: ClipWindow;
}

/** What an algorithm takes. */
export interface ClipForm {
  readonly sampleRateHz: number;
  readonly sampleCount: number;
}

/** Bounds what one recording adds to the lists; 10 minutes in windows of 2 s. */
export const MAX_WINDOWS = 300;

export class Session {
  readonly form: ClipForm;
  readonly #listeners = new Set<() => void>();
  #recordings: readonly Recording[] = [];
  #selectedId: number | undefined;
  #lastId = 0;

  constructor(form: ClipForm) {
    this.form = form;
  }

  get recordings(): readonly Recording[] {
    return this.#recordings;
  }

  get selected(): Recording | undefined {
    return this.#recordings.find(({ id }) => id === this.#selectedId);
  }

  /** Called after every change. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** Adds a recording with its loudest window and selects it, unless one that can be heard is selected. Gives whether it is long enough. */
  add(name: string, samples: Float32Array<ArrayBuffer>): boolean {
    const { sampleCount } = this.form;
    if (samples.length < sampleCount) {
      this.refuse(
        name,
        `It is too short: ${samples.length} samples (${this.seconds(samples.length)}), and ${sampleCount} (${this.seconds(sampleCount)}) are needed.`,
      );
      return false;
    }
    this.#append({ name, samples, windows: [this.#windowAt(loudestStart(samples, sampleCount))] });
    return true;
  }

  /** Keeps a sound that cannot be used in the list, with the reason in words. */
  refuse(name: string, problem: string): void {
    this.#append({ name, samples: new Float32Array(0), windows: [], problem });
  }

  remove(id: number): void {
    const index = this.#recordings.findIndex((recording) => recording.id === id);
    this.#recordings = this.#recordings.filter((recording) => recording.id !== id);
    if (this.#selectedId === id) {
      this.#selectedId = (this.#recordings[index] ?? this.#recordings.at(-1))?.id;
    }
    this.#tell();
  }

  select(id: number): void {
    this.#selectedId = id;
    this.#tell();
  }

  moveWindow(recordingId: number, windowId: number, start: number): void {
    this.#change(recordingId, ({ samples, windows }) =>
      windows.map((window) => {
        const at = clampStart(start, samples.length, this.form.sampleCount);
        if (window.id !== windowId || window.start === at) return window;
        return { ...window, start: at, outcome: { state: 'new' } };
      }),
    );
  }

  addWindow(recordingId: number): void {
    this.#change(recordingId, ({ samples, windows }) => {
      if (windows.length >= MAX_WINDOWS) return windows;
      const starts = windows.map(({ start }) => start);
      return [...windows, this.#windowAt(nextStart(starts, samples.length, this.form.sampleCount))];
    });
  }

  removeWindow(recordingId: number, windowId: number): void {
    this.#change(recordingId, ({ windows }) => windows.filter(({ id }) => id !== windowId));
  }

  /** The loudest window alone. */
  proposeLoudest(recordingId: number): void {
    this.#place(recordingId, ({ samples }) => [loudestStart(samples, this.form.sampleCount)]);
  }

  /** Windows side by side over the whole recording, at most MAX_WINDOWS. */
  cover(recordingId: number): void {
    this.#place(recordingId, ({ samples }) => coveringStarts(samples.length, this.form.sampleCount, MAX_WINDOWS));
  }

  /** All windows in the order of the lists. */
  placed(): readonly Placed[] {
    return this.#recordings.flatMap((recording) => recording.windows.map((window) => ({ recording, window })));
  }

  /** Windows that were never sent from where they are. */
  pending(): readonly Placed[] {
    return this.placed().filter(({ window }) => window.outcome.state === 'new');
  }

  /** Windows that have a result or an error. */
  answered(): readonly Placed[] {
    return this.placed().filter(({ window: { outcome } }) => outcome.state === 'done' || outcome.state === 'failed');
  }

  /**
   * Notes what became of windows. One that was moved or taken away meanwhile keeps what it has: a result belongs to the place from
   * which it was sent.
   */
  settle(outcomes: readonly { readonly placed: Placed; readonly outcome: Outcome }[]): void {
    const byWindow = new Map(
      outcomes.map(({ placed, outcome }) => [placed.window.id, { start: placed.window.start, outcome }]),
    );
    this.#recordings = this.#recordings.map((recording) => ({
      ...recording,
      windows: recording.windows.map((window) => {
        const settled = byWindow.get(window.id);
        return settled?.start === window.start ? { ...window, outcome: settled.outcome } : window;
      }),
    }));
    this.#tell();
  }

  /** Makes all windows but these wait again: what they have is not to be compared with what these got. */
  forgetOthers(kept: readonly Placed[]): void {
    const ids = new Set(kept.map(({ window }) => window.id));
    const others = this.answered().filter(({ window }) => !ids.has(window.id));
    if (others.length > 0) this.settle(others.map((placed) => ({ placed, outcome: { state: 'new' } })));
  }

  /** The samples of a window. */
  clipOf({ recording, window }: Placed): Float32Array<ArrayBuffer> {
    return recording.samples.subarray(window.start, window.start + this.form.sampleCount);
  }

  secondsOf(samples: number): number {
    return samples / this.form.sampleRateHz;
  }

  seconds(samples: number): string {
    return `${Number(this.secondsOf(samples).toFixed(2))} s`;
  }

  #windowAt(start: number): ClipWindow {
    this.#lastId += 1;
    return { id: this.#lastId, start, outcome: { state: 'new' } };
  }

  /** A window that is at one of these places already keeps its result. */
  #place(recordingId: number, starts: (recording: Recording) => readonly number[]): void {
    this.#change(recordingId, (recording) =>
      starts(recording).map(
        (start) => recording.windows.find((window) => window.start === start) ?? this.#windowAt(start),
      ),
    );
  }

  #append(recording: Omit<Recording, 'id'>): void {
    this.#lastId += 1;
    this.#recordings = [...this.#recordings, { id: this.#lastId, ...recording }];
    if (this.selected === undefined || this.selected.problem !== undefined) this.#selectedId = this.#lastId;
    this.#tell();
  }

  #change(recordingId: number, windowsOf: (recording: Recording) => readonly ClipWindow[]): void {
    this.#recordings = this.#recordings.map((recording) =>
      recording.id === recordingId && recording.problem === undefined
        ? { ...recording, windows: [...windowsOf(recording)].sort((a, b) => a.start - b.start || a.id - b.id) }
        : recording,
    );
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
