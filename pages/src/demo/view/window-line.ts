// Owns the line of one window below the picture of a recording: where it starts, as a number, playing it, taking it away, and what
// became of it. Must not know what a window is for.
import { element } from '../../shared/dom.ts';
import { seconds } from './numbers.ts';

export interface LineFacts {
  /** The window's place among those of its recording, from 1. */
  readonly number: number;
  readonly startSeconds: number;
  readonly lengthSeconds: number;
  readonly totalSeconds: number;
  readonly isPlaying: boolean;
  readonly state: string;
  /** The state in words. */
  readonly stateText: string;
}

export interface LineEvents {
  moveTo(startSeconds: number): void;
  /** Plays it, or stops it while it plays. */
  play(): void;
  remove(): void;
}

export interface WindowLine {
  readonly root: HTMLElement;
  show(facts: LineFacts): void;
}

export function windowLine(events: LineEvents): WindowLine {
  const badge = element('span', { class: 'badge' });
  const start = element('input', { type: 'number', min: '0', step: '0.01' });
  const end = element('span', { class: 'figure' });
  const play = element('button', { type: 'button', class: 'quiet' });
  const remove = element('button', { type: 'button', class: 'quiet' }, 'Remove');
  const state = element('span', { class: 'outcome' });
  const root = element('li', {}, badge, element('label', {}, 'Start, s ', start), end, play, remove, state);
  let shownStart = '';
  start.addEventListener('change', () => {
    if (Number.isFinite(start.valueAsNumber)) events.moveTo(start.valueAsNumber);
    else start.value = shownStart;
  });
  play.addEventListener('click', () => events.play());
  remove.addEventListener('click', () => events.remove());
  return {
    root,
    show({ number, startSeconds, lengthSeconds, totalSeconds, isPlaying, ...outcome }) {
      badge.textContent = String(number);
      shownStart = String(Number(startSeconds.toFixed(3)));
      // What is being typed and means the same, as `1.` for 1, stays.
      if (document.activeElement !== start || Number(start.value) !== Number(shownStart)) start.value = shownStart;
      start.max = (totalSeconds - lengthSeconds).toFixed(3);
      start.setAttribute('aria-label', `Start of window ${number} in seconds`);
      end.textContent = `to ${seconds(startSeconds + lengthSeconds)}`;
      play.textContent = isPlaying ? 'Stop' : 'Play';
      play.setAttribute('aria-label', `${play.textContent} window ${number}`);
      remove.setAttribute('aria-label', `Remove window ${number}`);
      state.dataset['state'] = outcome.state;
      state.textContent = outcome.stateText;
    },
  };
}
