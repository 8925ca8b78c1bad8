// Owns the table of cosines: a coloured cell and its number for each pair of windows.
import { element } from '../../shared/dom.ts';
import { cosineMatrix, shadesOf } from '../results/cosines.ts';

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
  const shades = shadesOf(cosines);
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
        cell.style.setProperty('--strength', `${Math.round((shades[i]?.[j] ?? 0) * 45)}%`);
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
