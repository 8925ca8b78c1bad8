// Owns what all pages have around their content: where one is in the navigation, and what must be said of the program behind it.
import { byId, element } from './dom.ts';
import type { Site } from './site-facts.ts';

/** Marks the page in the navigation, and says when the program is not the real one. */
export function showLayout({ program }: Pick<Site, 'program'>): void {
  for (const link of document.querySelectorAll<HTMLAnchorElement>('header nav a')) {
    const { pathname } = new URL(link.href);
    const here = pathname === '/' ? location.pathname === '/' : location.pathname.startsWith(pathname);
    if (here) link.setAttribute('aria-current', 'page');
  }
  if (program === 'mock') {
    notice(
      'mock',
      element('strong', {}, 'This is the mock.'),
      ' It keeps the contract; its numbers are made up and mean nothing.',
    );
  }
}

/** A line above the content that stays; one of each `kind`. Without text it goes away. */
export function notice(kind: string, ...content: readonly (Node | string)[]): void {
  const before = byId('notices').querySelector(`[data-kind="${kind}"]`);
  const text = content.map((part) => (typeof part === 'string' ? part : part.textContent)).join('');
  // A screen reader would read it out again.
  if (before?.textContent === text) return;
  before?.remove();
  if (content.length > 0) byId('notices').append(element('p', { class: 'notice', 'data-kind': kind }, ...content));
}

/** What every page must say of a model that is not the real one. Without names it says nothing. */
export function noticeDevelopment(displayNames: readonly string[]): void {
  if (displayNames.length === 0) {
    notice('development');
    return;
  }
  notice(
    'development',
    element('strong', {}, displayNames.join(', ')),
    displayNames.length === 1 ? ' is a development model: ' : ' are development models: ',
    'untrained, made from code. Calls work as with the real one; the numbers mean nothing.',
  );
}
