// Owns the list of recordings: which one is chosen, what is wrong with one, and taking one away.
import { element } from '../../shared/dom.ts';
import type { Recording, Session } from '../session.ts';
import { keyedList } from './keyed-list.ts';
import { counted } from './numbers.ts';

/** @param focusElsewhere takes the focus when the recording that had it is gone and was the last */
export function createRecordingList(
  session: Session,
  focusElsewhere: () => void,
): { readonly root: HTMLElement; show(): void } {
  const root = element('ul', { class: 'recordings', 'aria-label': 'Sounds' });
  const show = keyedList<Recording, { root: HTMLElement; show(item: Recording): void }>(root, ({ id, name }) => {
    const detail = element('span', { class: 'detail' });
    const choose = element(
      'button',
      { type: 'button', class: 'choose' },
      element('span', { class: 'name' }, name),
      detail,
    );
    const remove = element('button', { type: 'button', class: 'quiet remove', 'aria-label': `Remove ${name}` }, '×');
    choose.addEventListener('click', () => session.select(id));
    remove.addEventListener('click', () => {
      const neighbour = item.nextElementSibling ?? item.previousElementSibling;
      session.remove(id);
      const next = neighbour?.querySelector<HTMLElement>('.choose');
      if (next) next.focus();
      else focusElsewhere();
    });
    const item = element('li', {}, choose, remove);
    return {
      root: item,
      show(recording) {
        choose.setAttribute('aria-current', session.selected?.id === id ? 'true' : 'false');
        item.dataset['state'] = stateOf(recording);
        detail.textContent = detailOf(recording, session);
      },
    };
  });
  return { root, show: () => show(session.recordings) };
}

function stateOf({ problem, windows }: Recording): string {
  if (problem !== undefined || windows.some(({ outcome }) => outcome.state === 'failed')) return 'failed';
  if (windows.some(({ outcome }) => outcome.state === 'sending')) return 'sending';
  return windows.length > 0 && windows.every(({ outcome }) => outcome.state === 'done') ? 'done' : 'new';
}

function detailOf({ problem, samples, windows }: Recording, session: Session): string {
  if (problem !== undefined) return problem;
  const failed = windows.find(({ outcome }) => outcome.state === 'failed')?.outcome;
  const what = `${session.seconds(samples.length)} · ${counted(windows.length, 'window')}`;
  if (failed?.state === 'failed') return `${what} · ${failed.description}`;
  const done = windows.filter(({ outcome }) => outcome.state === 'done').length;
  if (windows.some(({ outcome }) => outcome.state === 'sending')) return `${what} · sending…`;
  return done === 0 ? what : `${what} · ${done === windows.length ? 'done' : `${done} done`}`;
}
