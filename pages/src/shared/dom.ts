// Owns making elements in few words. Text goes in as text, so that nothing from a server becomes markup.

type Child = Node | string | undefined | false;

/**
 * An element with attributes and children. `true` sets an attribute without a value; undefined and false leave it out. Children that
 * are undefined or false are left out too.
 */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string | boolean | undefined>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...children.filter((child) => child !== undefined && child !== false));
  return made;
}

/** The element with this id. Throws when the page's HTML has none, which is a bug. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no #${id}. This is a bug.`);
  return found;
}
