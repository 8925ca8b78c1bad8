// Owns the one button that sends, what it says while calls are under way, and what went wrong with the last of them.
import { element } from '../../shared/dom.ts';
import { capitalised, counted } from './numbers.ts';

export interface SendBar {
  readonly root: HTMLElement;
  /** @param waiting windows that can be sent */
  show(waiting: number, answered: number): void;
  sending(done: number, total: number): void;
  ended(): void;
  /** What a person must know of the last sending; read out. */
  say(text: string, isProblem?: boolean): void;
  focus(): void;
}

/** @param verb what sending is called, for example `embed` */
export function createSendBar(verb: string, send: () => void, cancel: () => void): SendBar {
  const button = element('button', { type: 'button', class: 'send' });
  const stop = element('button', { type: 'button', class: 'quiet', hidden: true }, 'Cancel');
  const progress = element('progress', { 'aria-label': 'Windows answered', hidden: true });
  const word = element('p', { role: 'status', class: 'said' });
  const root = element('div', { class: 'send-bar' }, element('div', { class: 'row' }, button, stop, progress), word);
  button.addEventListener('click', send);
  stop.addEventListener('click', cancel);
  let busy = false;
  return {
    root,
    show(waiting, answered) {
      button.disabled = busy || waiting === 0;
      button.textContent =
        waiting > 0
          ? `${capitalised(verb)} ${counted(waiting, 'window')}`
          : answered > 0
            ? 'All windows are sent'
            : capitalised(verb);
    },
    sending(done, total) {
      busy = true;
      button.disabled = true;
      stop.hidden = false;
      progress.hidden = false;
      progress.max = total;
      progress.value = done;
    },
    ended() {
      busy = false;
      stop.hidden = true;
      progress.hidden = true;
    },
    say(text, isProblem = false) {
      word.classList.toggle('wrong', isProblem);
      if (word.textContent !== text) word.textContent = text;
    },
    focus: () => button.focus(),
  };
}
