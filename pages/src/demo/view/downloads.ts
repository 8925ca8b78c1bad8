// Owns giving files to the person. Must not know what they hold.
import { element } from '../../shared/dom.ts';

export interface Download {
  readonly title: string;
  readonly fileName: string;
  /** Made when it is asked for. */
  content(): BlobPart;
  readonly type: string;
}

export function downloadButtons(all: readonly Download[]): HTMLElement {
  const buttons = all.map(({ title, fileName, content, type }) => {
    const button = element('button', { type: 'button', class: 'quiet' }, title);
    button.addEventListener('click', () => save(new Blob([content()], { type }), fileName));
    return button;
  });
  return element('div', { class: 'row' }, ...buttons);
}

/** Long enough for the browser to begin; the address holds the file in memory until then. */
const KEEP_MS = 60_000;

function save(blob: Blob, fileName: string): void {
  const href = URL.createObjectURL(blob);
  element('a', { href, download: fileName }).click();
  setTimeout(() => URL.revokeObjectURL(href), KEEP_MS);
}
