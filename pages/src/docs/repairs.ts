// Owns what Swagger UI leaves out for people with a screen reader or without a mouse: names of its fields, and the focus for what
// scrolls. Must not change what is shown.

/** Selectors of Swagger UI's fields without a name, and the name that each gets. */
const NAMES: Readonly<Record<string, string>> = {
  'textarea.body-param__text': 'Request body',
  'select.examples-select-element': 'Example',
  '.body-param-content-type select, .content-type': 'Media type',
  'input[type="file"]': 'File',
  '.execute-wrapper input, .parameters-col_description input[type="text"]': 'Value',
};

/** What scrolls sideways or down in itself. */
const SCROLLING = 'pre, .opblock-body, .responses-inner, .table-container';

/** Repairs what is there and what will come inside `place`. */
export function repair(place: HTMLElement): void {
  repairNow(place);
  new MutationObserver(() => repairNow(place)).observe(place, { childList: true, subtree: true });
}

function repairNow(place: HTMLElement): void {
  for (const [selector, name] of Object.entries(NAMES)) {
    for (const field of place.querySelectorAll<HTMLInputElement>(selector)) {
      if (isNamed(field)) continue;
      // The row of a parameter says what its field is.
      const row = field.closest('tr')?.getAttribute('data-param-name');
      field.setAttribute('aria-label', row ?? name);
    }
  }
  for (const element of place.querySelectorAll<HTMLElement>(SCROLLING)) {
    const scrolls = element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight;
    if (scrolls && !element.hasAttribute('tabindex')) element.tabIndex = 0;
  }
}

function isNamed(field: HTMLInputElement): boolean {
  return field.hasAttribute('aria-label') || field.hasAttribute('aria-labelledby') || (field.labels?.length ?? 0) > 0;
}
