// Owns tabs (w3.org/WAI/ARIA/apg, "Tabs"): one panel at a time, arrow keys between the tabs.
import { element } from '../../shared/dom.ts';

export interface Tab {
  readonly title: string;
  readonly panel: HTMLElement;
}

/** @param name makes the ids of this set of tabs its own */
export function tabs(name: string, label: string, all: readonly Tab[]): HTMLElement {
  const buttons = all.map(({ title }, index) =>
    element(
      'button',
      { type: 'button', role: 'tab', id: `${name}-tab-${index}`, 'aria-controls': `${name}-panel-${index}` },
      title,
    ),
  );
  const panels = all.map(({ panel }, index) =>
    element(
      'div',
      { role: 'tabpanel', id: `${name}-panel-${index}`, 'aria-labelledby': `${name}-tab-${index}` },
      panel,
    ),
  );
  const choose = (chosen: number): void => {
    for (const [index, button] of buttons.entries()) {
      button.setAttribute('aria-selected', String(index === chosen));
      button.tabIndex = index === chosen ? 0 : -1;
    }
    for (const [index, panel] of panels.entries()) panel.hidden = index !== chosen;
  };
  for (const [index, button] of buttons.entries()) {
    button.addEventListener('click', () => choose(index));
    button.addEventListener('keydown', (event) => {
      const places: Record<string, number> = {
        ArrowLeft: index - 1,
        ArrowRight: index + 1,
        Home: 0,
        End: all.length - 1,
      };
      const place = places[event.key];
      if (place === undefined) return;
      event.preventDefault();
      const target = (place + all.length) % all.length;
      choose(target);
      buttons[target]?.focus();
    });
  }
  choose(0);
  return element(
    'div',
    { class: 'tabs' },
    element('div', { role: 'tablist', 'aria-label': label }, ...buttons),
    ...panels,
  );
}
