// Owns showing code that can be copied.
import { element } from '../../shared/dom.ts';
import type { Snippet } from '../results/snippets.ts';
import { tabs } from './tabs.ts';

export function codeTabs(snippets: readonly Snippet[]): HTMLElement {
  return tabs(
    'code',
    'Language',
    snippets.map(({ title, code }) => ({ title, panel: codePanel(title, code) })),
  );
}

function codePanel(title: string, code: string): HTMLElement {
  const copy = element('button', { type: 'button', class: 'quiet', 'aria-label': `Copy the ${title} code` }, 'Copy');
  const said = element('span', { class: 'hint', role: 'status' });
  copy.addEventListener('click', () => {
    navigator.clipboard.writeText(code).then(
      () => said.replaceChildren('Copied.'),
      () => said.replaceChildren('The browser did not allow it. Mark the text and copy it.'),
    );
  });
  // Browsers give the clipboard to pages over https or from this machine alone.
  const canCopy = navigator.clipboard !== undefined;
  return element(
    'div',
    {},
    element('pre', { tabindex: '0', role: 'region', 'aria-label': `${title} code` }, element('code', {}, code)),
    canCopy && element('div', { class: 'row' }, copy, said),
  );
}
