// Owns where the time of the last sending went: the server's stages and the way there and back.
import { element } from '../../shared/dom.ts';
import type { Sent } from '../predict.ts';
import { counted, milliseconds } from './numbers.ts';

export function timingOf({ placed, elapsedMs, serverTiming, calls }: Sent): HTMLElement {
  const { total, ...stages } = serverTiming;
  const known = Object.entries(stages);
  const inServer = total ?? known.reduce((sum, [, ms]) => sum + ms, 0);
  // Calls go side by side, so that their times may be longer together than the wait was.
  const rest = Math.max(0, elapsedMs - inServer);
  const rows: [string, number][] = calls === 1 && known.length > 0 ? [...known, ['network and browser', rest]] : known;
  const longest = Math.max(...rows.map(([, ms]) => ms), 1e-9);
  const what = `${counted(placed.length, 'window')} in ${counted(calls, 'call')}, answered after ${milliseconds(elapsedMs)}.`;
  return element(
    'div',
    {},
    element('p', {}, what),
    element(
      'dl',
      { class: 'bars timing' },
      ...rows.map(([stage, ms]) => {
        const bar = element('span', { class: 'bar' });
        bar.style.width = `${(ms / longest) * 100}%`;
        return element(
          'div',
          {},
          element('dt', {}, stage),
          element(
            'dd',
            {},
            element('span', { class: 'track', 'aria-hidden': 'true' }, bar),
            element('span', { class: 'figure' }, milliseconds(ms)),
          ),
        );
      }),
    ),
    calls > 1 && element('p', { class: 'hint' }, 'The calls went side by side; the times of all are added up.'),
  );
}
