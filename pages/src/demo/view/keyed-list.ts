// Owns keeping a list on the page in step with data: an element for each key, made once, so that focus and what a person types stay.

interface Keyed {
  readonly id: number;
}

/** Gives a function that brings `parent`'s children in step with a list, in its order. */
export function keyedList<Item extends Keyed, Made extends { readonly root: HTMLElement; show(item: Item): void }>(
  parent: HTMLElement,
  make: (item: Item) => Made,
): (items: readonly Item[]) => void {
  const made = new Map<number, Made>();
  return (items) => {
    const ids = new Set(items.map(({ id }) => id));
    for (const [id, { root }] of made) {
      if (ids.has(id)) continue;
      root.remove();
      made.delete(id);
    }
    const focused = document.activeElement;
    for (const [index, item] of items.entries()) {
      const own = made.get(item.id) ?? make(item);
      made.set(item.id, own);
      own.show(item);
      const there = parent.children[index];
      if (there !== own.root) parent.insertBefore(own.root, there ?? null);
    }
    // An element that is put elsewhere loses the focus.
    if (focused instanceof HTMLElement && focused !== document.activeElement && parent.contains(focused))
      focused.focus();
  };
}
