// Owns the page of errors: the contract's catalogue, to be searched and to be linked to by reason (`/errors#NAME`).
import { type ErrorReason, errorCatalogue } from '@predict-schemata/generated/ts/errors.gen.ts';
import { byId, element } from '../shared/dom.ts';
import { showLayout } from '../shared/layout.ts';
import { loadSite } from '../shared/site.ts';

const sections = Object.entries(errorCatalogue).map(([reason, facts]) => {
  const { status, code, levels, retryable, meaning, repair } = facts;
  const where: readonly string[] = levels;
  const lines = [
    where.includes('request') && `Fails a call: ${status} ${code}.`,
    where.includes('instance') && 'Fails one instance, at its place in a 200.',
    retryable ? 'The same may be repeated.' : 'Repeating the same fails again.',
  ];
  return element(
    'section',
    { id: reason, class: 'reason', 'data-words': `${reason} ${status} ${code} ${meaning} ${repair}`.toLowerCase() },
    element('h2', {}, element('a', { href: `#${reason}` }, element('code', {}, reason))),
    element('p', {}, meaning, ' ', repair),
    element('p', { class: 'hint' }, lines.filter((line) => line !== false).join(' ')),
  );
});

/** Reasons that are never sent tell a caller nothing. */
const sent = sections.filter(({ id }) => {
  // The ids are the catalogue's keys.
  const levels: readonly string[] = errorCatalogue[id as ErrorReason].levels;
  return levels.includes('request') || levels.includes('instance');
});

const filter = byId('filter') as HTMLInputElement; // the page's HTML says so

function show(): void {
  const words = filter.value.toLowerCase().split(/\s+/);
  for (const section of sent) {
    section.hidden = !words.every((word) => section.dataset['words']?.includes(word));
  }
  const shown = sent.filter(({ hidden }) => !hidden).length;
  byId('count').textContent = `${shown} of ${sent.length} reasons`;
}

byId('reasons').replaceChildren(...sent);
filter.addEventListener('input', show);
show();
// The section was not there yet when the browser looked for it.
if (location.hash !== '') document.getElementById(location.hash.slice(1))?.scrollIntoView();
// The list stands without the program, too; what is said of it is all that is missing then.
loadSite().then(showLayout, () => showLayout({ program: 'server' }));
