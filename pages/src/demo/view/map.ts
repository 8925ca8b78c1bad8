// Owns the map: each window as a point, near those that are like it.
import { element } from '../../shared/dom.ts';
import { principalPlane } from '../results/plane.ts';
import type { NamedRow } from './cosine-table.ts';

const SVG = 'http://www.w3.org/2000/svg';
const WIDTH = 480;
const HEIGHT = 320;
const MARGIN = 24;
/** The lines go on where the drawing is wider than high. */
const BEYOND = 2000;

export function mapOf(rows: readonly NamedRow[]): HTMLElement {
  const { points, shares } = principalPlane(rows.map(({ values }) => values));
  // One scale for both axes, else a distance would mean something else in each direction.
  const across = Math.max(...points.map(({ x }) => Math.abs(x)), 1e-12);
  const up = Math.max(...points.map(({ y }) => Math.abs(y)), 1e-12);
  const scale = Math.min((WIDTH / 2 - MARGIN) / across, (HEIGHT / 2 - MARGIN) / up);
  const svg = shape('svg', {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    class: 'map',
    role: 'img',
    'aria-label': `Map of ${rows.length} windows`,
  });
  svg.append(
    shape('line', { x1: String(-BEYOND), x2: String(BEYOND), y1: String(HEIGHT / 2), y2: String(HEIGHT / 2) }),
    shape('line', { x1: String(WIDTH / 2), x2: String(WIDTH / 2), y1: String(-BEYOND), y2: String(BEYOND) }),
  );
  for (const [index, { x, y }] of points.entries()) {
    const at = { x: (WIDTH / 2 + x * scale).toFixed(1), y: (HEIGHT / 2 - y * scale).toFixed(1) };
    const dot = shape('g', { transform: `translate(${at.x} ${at.y})` });
    const title = shape('title', {});
    title.textContent = rows[index]?.label ?? '';
    const text = shape('text', { 'text-anchor': 'middle', dy: '0.35em' });
    text.textContent = rows[index]?.badge ?? '';
    dot.append(title, shape('circle', { r: '11' }), text);
    svg.append(dot);
  }
  const [first, second] = shares.map((share) => `${Math.round(share * 100)} %`);
  return element(
    'figure',
    { class: 'map-figure' },
    svg,
    element(
      'figcaption',
      { class: 'hint' },
      `Principal components of these windows: ${first} of their differences lie from left to right, ${second} up and down.`,
    ),
    coordinates(rows, points),
  );
}

/** For whoever cannot see the map. */
function coordinates(
  rows: readonly NamedRow[],
  points: readonly { readonly x: number; readonly y: number }[],
): HTMLElement {
  const lines = points.map(({ x, y }, index) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, `${rows[index]?.badge}: ${rows[index]?.label}`),
      element('td', { class: 'figure' }, x.toPrecision(4)),
      element('td', { class: 'figure' }, y.toPrecision(4)),
    ),
  );
  const head = element('tr', {}, ...['Window', 'First', 'Second'].map((name) => element('th', { scope: 'col' }, name)));
  return element(
    'details',
    {},
    element('summary', {}, 'Coordinates'),
    element(
      'div',
      { class: 'scroll' },
      element('table', {}, element('thead', {}, head), element('tbody', {}, ...lines)),
    ),
  );
}

function shape(name: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const made = document.createElementNS(SVG, name) as SVGElement; // the namespace makes it one
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
