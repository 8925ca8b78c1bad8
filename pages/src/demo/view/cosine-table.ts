// Owns the table of cosines: a coloured cell and its number for each pair of windows.
import { element } from '../../shared/dom.ts';
import { cosineMatrix } from '../results/cosines.ts';

export interface NamedRow {
  readonly badge: string;
  readonly label: string;
  readonly values: Float32Array;
}

/** A table that nobody could read; the downloads have all. */
const MAX_ROWS = 40;

export function cosineTable(rows: readonly NamedRow[]): HTMLElement {
  const shown = rows.slice(0, MAX_ROWS);
  const cosines = cosineMatrix(shown.map(({ values }) => values));
  const others = cosines.flatMap((line, i) => line.filter((_, j) => j !== i));
  const lowest = Math.min(...others);
  const range = Math.max(...others) - lowest;
  const head = element(
    'tr',
    {},
    element('td', {}),
    ...shown.map(({ badge, label }) => element('th', { scope: 'col', title: label }, badge)),
  );
  const body = shown.map(({ badge, label }, i) =>
    element(
      'tr',
      {},
      element(
        'th',
        { scope: 'row' },
        element('span', { class: 'badge' }, badge),
        ' ',
        element('span', { class: 'name' }, label),
      ),
      ...(cosines[i] ?? []).map((cosine, j) => {
        const cell = element('td', { class: 'figure' }, cosine.toFixed(2));
        // Most models' cosines lie close together; the colours show the differences among those that are there.
        const strength = i === j || range === 0 ? 1 : (cosine - lowest) / range;
        cell.style.setProperty('--strength', `${Math.round(strength * 45)}%`);
        return cell;
      }),
    ),
  );
  const caption =
    shown.length < rows.length ? `The first ${MAX_ROWS} of ${rows.length} windows; the downloads have all.` : undefined;
  return element(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Cosines' },
    element(
      'table',
      { class: 'cosines' },
      caption !== undefined && element('caption', {}, caption),
      element('thead', {}, head),
      element('tbody', {}, ...body),
    ),
  );
}
