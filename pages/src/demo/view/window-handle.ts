// Owns the handle of one window over the picture of a recording: a slider that is dragged or moved by keys (w3.org/WAI/ARIA/apg,
// "Slider"). Must not know what a window is for.
import { element } from '../../shared/dom.ts';
import { seconds } from './numbers.ts';

export interface HandleFacts {
  /** Name of the recording. */
  readonly recording: string;
  /** The window's place among those of its recording, from 1. */
  readonly number: number;
  readonly startSeconds: number;
  readonly lengthSeconds: number;
  readonly totalSeconds: number;
  readonly state: string;
}

export interface HandleEvents {
  moveTo(startSeconds: number): void;
  remove(): void;
}

const STEP_SECONDS = 0.1;
const FINE_STEP_SECONDS = 0.01;

export interface WindowHandle {
  readonly root: HTMLElement;
  show(facts: HandleFacts): void;
}

export function windowHandle(lane: HTMLElement, events: HandleEvents): WindowHandle {
  const badge = element('span', { class: 'badge', 'aria-hidden': 'true' });
  const root = element(
    'div',
    { class: 'handle', role: 'slider', tabindex: '0', 'aria-orientation': 'horizontal' },
    badge,
  );
  let facts: HandleFacts | undefined;

  root.addEventListener('keydown', (event) => {
    if (facts === undefined) return;
    const { startSeconds, lengthSeconds, totalSeconds } = facts;
    const step = event.shiftKey ? FINE_STEP_SECONDS : STEP_SECONDS;
    const moves: Record<string, number> = {
      ArrowLeft: startSeconds - step,
      ArrowDown: startSeconds - step,
      ArrowRight: startSeconds + step,
      ArrowUp: startSeconds + step,
      PageDown: startSeconds - lengthSeconds,
      PageUp: startSeconds + lengthSeconds,
      Home: 0,
      End: totalSeconds - lengthSeconds,
    };
    const target = moves[event.key];
    if (target !== undefined) events.moveTo(target);
    else if (event.key === 'Delete' || event.key === 'Backspace') events.remove();
    else return;
    event.preventDefault();
  });

  root.addEventListener('pointerdown', (event) => {
    if (facts === undefined || event.button !== 0) return;
    const { startSeconds, totalSeconds } = facts;
    const pixels = lane.getBoundingClientRect().width;
    const grabbed = event.clientX;
    root.setPointerCapture(event.pointerId);
    const onMove = (move: PointerEvent): void =>
      events.moveTo(startSeconds + ((move.clientX - grabbed) / pixels) * totalSeconds);
    const onEnd = (): void => {
      root.removeEventListener('pointermove', onMove);
      root.removeEventListener('lostpointercapture', onEnd);
    };
    root.addEventListener('pointermove', onMove);
    root.addEventListener('lostpointercapture', onEnd);
    root.focus();
    event.preventDefault();
  });

  return {
    root,
    show(next) {
      facts = next;
      const { recording, number, startSeconds, lengthSeconds, totalSeconds, state } = next;
      const text = `${seconds(startSeconds)} to ${seconds(startSeconds + lengthSeconds)}`;
      badge.textContent = String(number);
      root.dataset['state'] = state;
      root.setAttribute('aria-label', `Window ${number} of ${recording}`);
      root.setAttribute('aria-valuemin', '0');
      root.setAttribute('aria-valuemax', (totalSeconds - lengthSeconds).toFixed(3));
      root.setAttribute('aria-valuenow', startSeconds.toFixed(3));
      root.setAttribute('aria-valuetext', text);
      root.style.left = `${(startSeconds / totalSeconds) * 100}%`;
      root.style.width = `${(lengthSeconds / totalSeconds) * 100}%`;
    },
  };
}
