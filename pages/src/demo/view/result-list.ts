// Owns how each window's result is shown: a strip of its numbers, or a bar for each that has a name; and errors in words.
import { element } from '../../shared/dom.ts';
import { shortestDouble } from '../results/float32-text.ts';
import { signedColour } from './colours.ts';
import { words } from './numbers.ts';
import { paint } from './picture.ts';

export interface ShownResult {
  /** Unique among results. */
  readonly id: number;
  /** For example `cough.wav, 0.00 s to 2.00 s`. */
  readonly label: string;
  /** How the other pictures name it. */
  readonly badge: string;
  readonly values?: Float32Array;
  readonly problem?: string;
}

/** One item for each window; `names` is empty where numbers have none. */
export function resultItems(
  results: readonly ShownResult[],
  resultField: string,
  names: readonly string[],
): HTMLLIElement[] {
  const scale = commonScale(results);
  return results.map(({ id, label, badge, values, problem }) =>
    element(
      'li',
      { 'data-window': String(id) },
      element('p', { class: 'label' }, element('span', { class: 'badge' }, badge), ' ', label),
      problem !== undefined && element('p', { class: 'wrong' }, problem),
      values !== undefined &&
        (names.length > 0 ? bars(values, names) : strip(values, scale, `${resultField} of ${label}`)),
    ),
  );
}

/** One scale for all, so that strips can be compared. A few numbers far above the others would leave these all but without colour. */
function commonScale(results: readonly ShownResult[]): number {
  const sizes = results.flatMap(({ values }) => Array.from(values ?? [], Math.abs)).sort((a, b) => a - b);
  return sizes[Math.floor(sizes.length * 0.98)] ?? 0;
}

function strip(values: Float32Array, scale: number, label: string): HTMLElement {
  const canvas = element('canvas', { class: 'strip', role: 'img' });
  const [lowest, highest] = [Math.min(...values), Math.max(...values)];
  canvas.setAttribute(
    'aria-label',
    `${label}: ${values.length} numbers from ${lowest.toPrecision(3)} to ${highest.toPrecision(3)}`,
  );
  paint(canvas, values.length, 1, (column) => signedColour(scale === 0 ? 0 : (values[column] ?? 0) / scale));
  const numbers = element('code', {
    class: 'numbers',
    tabindex: '0',
    role: 'region',
    'aria-label': `Numbers of ${label}`,
  });
  const details = element('details', {}, element('summary', {}, `${values.length} numbers`), numbers);
  // Written when it is asked for: a hundred results would be fifty thousand numbers.
  details.addEventListener('toggle', () => {
    if (details.open && numbers.textContent === '') numbers.textContent = Array.from(values, shortestDouble).join(', ');
  });
  return element('div', {}, canvas, details);
}

/** Numbers from 0 to 1, the contract's order. */
function bars(values: Float32Array, names: readonly string[]): HTMLElement {
  const rows = names.map((name, index) => {
    const value = values[index] ?? 0;
    const bar = element('span', { class: 'bar' });
    bar.style.width = `${Math.min(Math.max(value, 0), 1) * 100}%`;
    return element(
      'div',
      {},
      element('dt', {}, words(name)),
      element(
        'dd',
        {},
        element('span', { class: 'track', 'aria-hidden': 'true' }, bar),
        element('span', { class: 'figure' }, value.toFixed(3)),
      ),
    );
  });
  return element('dl', { class: 'bars' }, ...rows);
}
